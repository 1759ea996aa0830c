package io.metamigrate.migrator.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where a ZooKeeper ensemble is: its servers and the chroot below which the cluster's metadata
 * live.
 *
 * @param servers at least one
 * @param chroot empty for the root, else a path such as {@code /pulsar}
 */
public record ZooKeeperAddress(List<HostPort> servers, String chroot) {
  private static final String FORM = "HOST:PORT[,HOST:PORT][/chroot]";

  public ZooKeeperAddress {
    servers = List.copyOf(servers);
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("a ZooKeeper address needs a server: " + FORM);
    }
    if (servers.stream().distinct().count() < servers.size()) {
      throw new IllegalArgumentException(
          "a ZooKeeper server is listed twice; name each one once, expected " + FORM);
    }
    if (!chroot.isEmpty() && !ZooKeeperPaths.isPath(chroot)) {
      throw new IllegalArgumentException("'" + chroot + "' is not a chroot; give one like /pulsar");
    }
  }

  /**
   * Reads a connect string.
   *
   * @throws IllegalArgumentException in one line: what is wrong, and the form that is expected
   */
  public static ZooKeeperAddress parse(String text) {
    String trimmed = text.strip();
    int slash = trimmed.indexOf('/');
    String servers = slash < 0 ? trimmed : trimmed.substring(0, slash);
    String chroot = slash < 0 ? "" : trimmed.substring(slash);
    if (hasScheme(servers)) {
      throw malformed(text, "leave out the scheme");
    }
    if (Redacted.isSuspect(chroot)) {
      throw malformed(text, "it has more than servers and a chroot");
    }
    if (chroot.contains(",")) {
      throw malformed(text, "the chroot is given once, after the last server");
    }
    List<HostPort> parsed = new ArrayList<>();
    for (String server : servers.split(",", -1)) {
      parsed.add(server(text, server));
    }
    if (!chroot.isEmpty() && !chroot.equals("/") && !ZooKeeperPaths.isPath(chroot)) {
      throw malformed(text, "'" + chroot + "' is not a chroot");
    }
    return new ZooKeeperAddress(parsed, chroot.equals("/") ? "" : chroot);
  }

  /** {@code zk:HOST:PORT}, as Pulsar writes it; a host may be named {@code zk}, too. */
  private static boolean hasScheme(String servers) {
    return servers.contains("zk+") || servers.matches("zk:[^,]*:.*");
  }

  private static HostPort server(String text, String server) {
    HostPort parsed;
    try {
      parsed = HostPort.parse(server);
    } catch (IllegalArgumentException e) {
      throw malformed(text, String.valueOf(e.getMessage()));
    }
    if (parsed.port() == 0) {
      throw malformed(text, "port 0 cannot be connected to");
    }
    return parsed;
  }

  private static IllegalArgumentException malformed(String text, String why) {
    String reason = Redacted.isSuspect(text) ? "" : ": " + why;
    return new IllegalArgumentException(
        Redacted.address(text) + " is not a ZooKeeper address" + reason + "; expected " + FORM);
  }

  /** Whether both name the same tree of one ensemble: a server of theirs is the same. */
  public boolean overlaps(ZooKeeperAddress other) {
    return chroot.equals(other.chroot) && HostPort.meet(servers, other.servers);
  }

  /** As ZooKeeper's client takes it, chroot included. */
  public String connectString() {
    return withoutChroot() + chroot;
  }

  /** The servers alone. */
  String withoutChroot() {
    return servers.stream().map(HostPort::toString).collect(Collectors.joining(","));
  }

  @Override
  public String toString() {
    return connectString();
  }
}
