package io.metamigrate.migrator.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host name or address with its port; IPv6 addresses in brackets, if need be with a zone. A name
 * that ends with a dot is looked up as it is, without the search domains.
 */
public record HostPort(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile(
          "(\\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\\.?):(\\d{1,5})");

  private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");

  public HostPort {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not within 0 to 65535");
    }
  }

  /**
   * Reads one {@code HOST:PORT}.
   *
   * @throws IllegalArgumentException naming the text and the form that is expected
   */
  public static HostPort parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(Redacted.address(text) + " is not HOST:PORT");
    }
    int port = Integer.parseInt(matcher.group(2));
    if (port > 65535) {
      throw new IllegalArgumentException(Redacted.address(text) + " has a port above 65535");
    }
    String host = matcher.group(1);
    if (host.startsWith("[") && !isIpv6(host)) {
      throw new IllegalArgumentException(
          Redacted.address(text)
              + " has no IPv6 address in its brackets, or its zone is not an interface of this"
              + " machine");
    }
    return new HostPort(host, port);
  }

  /** A literal in brackets is never looked up. */
  private static boolean isIpv6(String bracketed) {
    try {
      return InetAddress.getByName(bracketed) != null;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * Whether both have an address in common, by its name; the names of this machine count as one.
   */
  static boolean meet(List<HostPort> some, List<HostPort> others) {
    return some.stream()
        .anyMatch(
            one -> others.stream().anyMatch(other -> one.canonical().equals(other.canonical())));
  }

  /** Whether only this machine can be meant; no name server is asked. */
  boolean isLoopback() {
    return LOOPBACK.matcher(host).matches();
  }

  private HostPort canonical() {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    return new HostPort(isLoopback() ? "localhost" : name.toLowerCase(Locale.ROOT), port);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
