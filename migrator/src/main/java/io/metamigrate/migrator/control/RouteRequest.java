package io.metamigrate.migrator.control;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One request as a route sees it.
 *
 * @param query decoded
 * @param body bounded by {@link ControlServer}
 * @param caller name of the token that was sent with it
 */
public record RouteRequest(
    String method, String path, Map<String, String> query, String body, String caller) {
  public RouteRequest {
    query = Map.copyOf(query);
  }

  /** Whether the caller has a name of its own in the configuration. */
  boolean isNamed() {
    return !caller.equals(KnownTokens.OPERATOR) && !caller.equals(KnownTokens.ANONYMOUS);
  }

  static RouteRequest of(String method, URI uri, String body, String caller) {
    Map<String, String> query = new LinkedHashMap<>();
    String raw = uri.getRawQuery();
    for (String pair : raw == null ? new String[0] : raw.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      if (query.put(decode(name), value) != null) {
        throw new IllegalArgumentException("a name of the query is given twice");
      }
    }
    return new RouteRequest(method, uri.getPath(), query, body, caller);
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the query cannot be read", e);
    }
  }
}
