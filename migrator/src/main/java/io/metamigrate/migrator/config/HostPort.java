package io.metamigrate.migrator.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A host name or address with its port; IPv6 addresses in brackets. */
public record HostPort(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?):(\\d{1,5})");

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
      throw new IllegalArgumentException(Withheld.address(text) + " is not HOST:PORT");
    }
    int port = Integer.parseInt(matcher.group(3));
    if (port > 65535) {
      throw new IllegalArgumentException(Withheld.address(text) + " has a port above 65535");
    }
    String host = matcher.group(1);
    if (host.startsWith("[") && !isIpv6(host)) {
      throw new IllegalArgumentException(
          Withheld.address(text) + " holds no IPv6 address in its brackets");
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

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
