package io.metamigrate.migrator.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;

/** One answer of a route, with its HTTP status. */
public record Response(int status, String contentType, String body, Map<String, String> headers) {
  private static final String JSON = "application/json; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";

  public Response {
    headers = Map.copyOf(headers);
  }

  /** With this HTTP status. */
  public static Response json(int status, String body) {
    return new Response(status, JSON, body, Map.of());
  }

  static Response text(int status, String body) {
    return new Response(status, TEXT, body + "\n", Map.of());
  }

  /** {@code {"ok": ..., "message": ...}}: what every request for a change is answered with. */
  static Response message(int status, boolean ok, String message) {
    return json(
        status,
        JsonNodeFactory.instance.objectNode().put("ok", ok).put("message", message).toString());
  }

  /** With this HTTP status, of a request that changed nothing. */
  public static Response refusal(int status, String message) {
    return message(status, false, message);
  }

  Response with(String header, String value) {
    return new Response(status, contentType, body, Map.of(header, value));
  }
}
