package io.metamigrate.migrator.cutover.fence;

import io.metamigrate.verifier.store.FourLetterWord;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Who is connected to ZooKeeper: by name if servers allow the four-letter word {@code cons}, or if
 * their AdminServer answers; by number from {@code srvr}, which they allow by default ({@code
 * FourLetterCommands}). Those of the other port, plain or TLS, are known by number only.
 */
public final class Connections {
  private static final Pattern LINE = Pattern.compile("/([^\\[]+)\\[.*sid=0x([0-9a-f]+)");
  private static final Pattern NUMBER = Pattern.compile("Connections: (\\d+)");

  private Connections() {}

  /** What the servers of one ensemble answered. Pure. */
  static final class ConnectionReport {
    private final Set<Long> unseen;
    private final List<String> others = new ArrayList<>();
    private int unnamed;
    private int unlisted;

    /**
     * @param own the sessions that are the daemon's
     */
    ConnectionReport(Set<Long> own) {
      unseen = new HashSet<>(own);
    }

    /** Of one server, {@code cons}: a line for each connection. */
    void named(String answer) {
      Matcher matcher = LINE.matcher(answer);
      while (matcher.find()) {
        long session = Long.parseUnsignedLong(matcher.group(2), 16);
        if (session != 0 && !unseen.remove(session)) {
          others.add(matcher.group(1));
        }
      }
    }

    /** Of one server, its AdminServer. */
    void listed(List<AdminServer.Connected> connections) {
      for (AdminServer.Connected one : connections) {
        if (one.session() != 0 && !unseen.remove(one.session())) {
          others.add(one.address());
        }
      }
    }

    /**
     * Of one server, {@code srvr}: how many, this request included; whether the server reports it.
     */
    boolean counted(String answer) {
      Matcher matcher = NUMBER.matcher(answer);
      if (!matcher.find()) {
        return false;
      }
      unnamed += Integer.parseInt(matcher.group(1)) - 1;
      return true;
    }

    /**
     * Counts the clients of a server that has a port for TLS beside the plain one: {@code cons}
     * lists those of the port that was asked, {@code srvr} counts all (ConsCommand and
     * ZooKeeperServer, 3.9.5).
     *
     * @param before {@code cons} before {@code srvr}
     * @param after the same after it, since clients come and go
     */
    void unlisted(String before, String srvr, String after) {
      Matcher matcher = NUMBER.matcher(srvr);
      if (matcher.find()) {
        long listed = Math.max(lines(before), lines(after));
        unlisted += (int) Math.max(0, Long.parseLong(matcher.group(1)) - listed);
      }
    }

    private static long lines(String answer) {
      return answer.lines().filter(line -> line.strip().startsWith("/")).count();
    }

    List<String> others() {
      List<String> all = new ArrayList<>(others);
      if (unnamed > unseen.size()) {
        all.add(
            "%d whose addresses it does not report (4lw.commands.whitelist lacks cons)"
                .formatted(unnamed - unseen.size()));
      }
      if (unlisted > 0) {
        all.add("%d on another port of its servers, which cons does not list".formatted(unlisted));
      }
      return all;
    }
  }

  /**
   * Client addresses of the other sessions; empty if a server does not report them.
   *
   * @param own the daemon's, of which two may be with the same servers
   */
  public static Optional<List<String>> others(
      ZooKeeperConnection asked, Collection<ZooKeeperConnection> own) {
    List<String> servers = servers(asked);
    ConnectionReport report =
        new ConnectionReport(
            own.stream()
                .filter(one -> servers(one).equals(servers))
                .map(one -> one.client().getSessionId())
                .collect(Collectors.toSet()));
    Map<String, List<AdminServer.Connected>> listed = listed(asked, servers);
    for (String server : servers) {
      String names = FourLetterWord.ask(asked.settings(), server, "cons");
      if (!names.isEmpty()) {
        report.named(names);
        report.unlisted(
            names,
            FourLetterWord.ask(asked.settings(), server, "srvr"),
            FourLetterWord.ask(asked.settings(), server, "cons"));
      } else if (listed.containsKey(server)) {
        report.listed(listed.get(server));
      } else if (!report.counted(FourLetterWord.ask(asked.settings(), server, "srvr"))) {
        return Optional.empty();
      }
    }
    return Optional.of(report.others());
  }

  /**
   * Of each server that refuses {@code cons}, its AdminServer. On a host that several share it may
   * be that of another: the session that asks must be listed by one of them.
   */
  private static Map<String, List<AdminServer.Connected>> listed(
      ZooKeeperConnection asked, List<String> servers) {
    Set<String> hosts =
        servers.stream()
            .map(server -> server.replaceFirst(":\\d{1,5}$", ""))
            .collect(Collectors.toSet());
    if (hosts.size() < servers.size()) {
      return Map.of();
    }
    Map<String, List<AdminServer.Connected>> listed = new HashMap<>();
    for (String server : servers) {
      if (FourLetterWord.ask(asked.settings(), server, "cons").isEmpty()) {
        AdminServer.ask(server).ifPresent(all -> listed.put(server, all));
      }
    }
    long own = asked.client().getSessionId();
    boolean isOurs =
        listed.values().stream().flatMap(List::stream).anyMatch(one -> one.session() == own);
    return isOurs ? listed : Map.of();
  }

  private static List<String> servers(ZooKeeperConnection connection) {
    return FourLetterWord.servers(connection.settings().connect());
  }
}
