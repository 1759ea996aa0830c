package io.metamigrate.migrator.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The client URLs of one etcd cluster. All of one scheme, {@code http} or {@code https}, each named
 * once, with its port, none with a path, credentials or an IPv6 literal.
 */
public record EtcdEndpoints(List<URI> uris) {
  private static final String FORM = "http://HOST:PORT[,http://HOST:PORT] (or https)";

  public EtcdEndpoints {
    uris = List.copyOf(uris);
    if (uris.isEmpty()) {
      throw new IllegalArgumentException("etcd needs an endpoint: " + FORM);
    }
    uris.forEach(EtcdEndpoints::check);
    if (uris.stream().distinct().count() < uris.size()) {
      throw new IllegalArgumentException("an etcd endpoint is listed twice; name each one once");
    }
    if (uris.stream().map(URI::getScheme).distinct().count() > 1) {
      throw new IllegalArgumentException(
          "etcd endpoints mix http and https; give all of them the same scheme");
    }
  }

  /**
   * Reads a list separated by commas.
   *
   * @throws IllegalArgumentException in one line: what is wrong, and the form that is expected
   */
  public static EtcdEndpoints parse(String text) {
    return of(Arrays.asList(text.split(",", -1)));
  }

  /**
   * Reads a list of URLs.
   *
   * @throws IllegalArgumentException as {@link #parse}
   */
  static EtcdEndpoints of(List<String> urls) {
    return new EtcdEndpoints(urls.stream().map(EtcdEndpoints::endpoint).toList());
  }

  private static URI endpoint(String text) {
    String trimmed = text.strip();
    if (trimmed.indexOf('@') >= 0) {
      throw withCredentials();
    }
    if (trimmed.startsWith("etcd:")) {
      throw malformed(trimmed, "leave out 'etcd:'");
    }
    if (trimmed.isEmpty()) {
      throw malformed(trimmed, "it is empty");
    }
    String bare = trimmed.endsWith("/") ? trimmed.substring(0, trimmed.length() - 1) : trimmed;
    try {
      URI uri = new URI(bare);
      String scheme = uri.getScheme();
      return scheme == null ? uri : new URI(bare.toLowerCase(Locale.ROOT));
    } catch (URISyntaxException e) {
      throw malformed(trimmed, "it is not a URL");
    }
  }

  private static void check(URI uri) {
    String text = uri.toString();
    String scheme = uri.getScheme();
    if (uri.getRawUserInfo() != null) {
      throw withCredentials();
    }
    if (!"http".equals(scheme) && !"https".equals(scheme)) {
      throw malformed(text, "it does not start with http:// or https://");
    }
    if (uri.getHost() == null && String.valueOf(uri.getRawAuthority()).contains("_")) {
      throw malformed(
          text,
          "a URL must not contain an underscore in a host name; give another name of the host, or"
              + " its address");
    }
    if (uri.getHost() == null || uri.getPort() < 1 || uri.getPort() > 65535) {
      throw malformed(text, "it lacks a host or a port between 1 and 65535");
    }
    if (uri.getHost().startsWith("[")) {
      // jetcd cuts the authority at its first colon (jetcd#1464), and Pulsar's stores use jetcd.
      throw malformed(
          text,
          "the etcd client cannot connect to an IPv6 literal; give a host name that resolves to it"
              + " (DNS or /etc/hosts)");
    }
    if (!uri.getRawPath().isEmpty() || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw malformed(text, "it has more than a host and a port");
    }
  }

  private static IllegalArgumentException malformed(String text, String why) {
    return new IllegalArgumentException(
        Redacted.address(text) + " is not an etcd endpoint: " + why + "; expected " + FORM);
  }

  private static IllegalArgumentException withCredentials() {
    return new IllegalArgumentException(
        "an etcd endpoint contains credentials; give target.user and target.passwordFile instead");
  }

  /** Whether both name one etcd: an endpoint of theirs is the same. */
  public boolean overlaps(EtcdEndpoints other) {
    return HostPort.meet(hostPorts(), other.hostPorts());
  }

  private List<HostPort> hostPorts() {
    return uris.stream().map(uri -> new HostPort(uri.getHost(), uri.getPort())).toList();
  }

  /** Whether connections are encrypted. */
  boolean encrypted() {
    return "https".equals(uris.get(0).getScheme());
  }

  /** Separated by commas. */
  @Override
  public String toString() {
    return uris.stream().map(URI::toString).collect(Collectors.joining(","));
  }
}
