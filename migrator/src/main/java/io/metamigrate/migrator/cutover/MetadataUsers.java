package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.cutover.fence.Connections;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Who else uses ZooKeeper: proxies, websocket proxies, function workers, tools. Found by what is
 * connected to it from a machine that is none of the move's nodes.
 */
final class MetadataUsers {
  private static final String WHAT =
      "; a proxy gets brokerServiceURL before the window, other users are stopped before the"
          + " brokers stop (runbooks/deployments.md, OTHER_METADATA_USER)";

  static final String NOT_VERIFIABLE = "METADATA_USERS_NOT_VERIFIABLE";

  /** Kinds of components and what the operator makes sure of. */
  private static final SortedMap<String, String> KINDS =
      new TreeMap<>(
          Map.of(
              "proxy", "give each proxy brokerServiceURL before the window",
              "websocket-proxy", "stop each websocket proxy before the brokers stop",
              "function-worker", "stop each function worker before the window",
              "autorecovery", "name each AutoRecovery in cutover.metadataWriters.autoRecovery"));

  private MetadataUsers() {}

  /** Of components that may be connected to ZooKeeper. */
  static Set<String> kinds() {
    return KINDS.keySet();
  }

  /**
   * What the operator has to look at, and what blocks until it is confirmed by name.
   *
   * @param unconfirmed one line for each kind of component of which nothing can be seen
   */
  record FoundUsers(List<String> warnings, List<String> unconfirmed) {
    FoundUsers {
      warnings = List.copyOf(warnings);
      unconfirmed = List.copyOf(unconfirmed);
    }
  }

  /** Asks each ensemble. */
  static FoundUsers find(Stores stores, CutoverConfig config) {
    Set<String> hosts = hosts(config);
    List<ZooKeeperConnection> own = stores.ensembles().stream().map(stores::connection).toList();
    List<String> lines = new ArrayList<>();
    List<String> unconfirmed = new ArrayList<>();
    for (Ensemble ensemble : stores.ensembles()) {
      Optional<List<String>> others = Connections.others(stores.connection(ensemble), own);
      if (others.isEmpty()) {
        FoundUsers silent = notVerifiable(config.accept());
        lines.addAll(silent.warnings());
        unconfirmed.addAll(silent.unconfirmed());
      } else {
        lines.addAll(unknown(others.get(), hosts));
      }
    }
    return new FoundUsers(lines, unconfirmed);
  }

  /** Each kind of component is confirmed by itself. Pure. */
  static FoundUsers notVerifiable(Collection<String> accepted) {
    List<String> warnings = new ArrayList<>();
    List<String> unconfirmed = new ArrayList<>();
    KINDS.forEach(
        (kind, what) -> {
          String name = NOT_VERIFIABLE + ":" + kind;
          String line =
              "not verifiable: whether any %s process is connected to ZooKeeper, since a server allows neither cons nor srvr, and no AdminServer answers at port 9990 or 8080"
                  .formatted(kind);
          if (accepted.contains(name)) {
            warnings.add("accepted as " + name + ": " + line);
          } else {
            unconfirmed.add(
                "%s; allow one of them, or %s and confirm it: add \"%s\" to cutover.accept"
                    .formatted(line, what, name));
          }
        });
    return new FoundUsers(warnings, unconfirmed);
  }

  /**
   * Those connected from elsewhere. Pure.
   *
   * @param others addresses with a port, or a sentence about those that have none
   * @param hosts addresses of the move's nodes
   */
  static List<String> unknown(Collection<String> others, Set<String> hosts) {
    Map<String, Integer> elsewhere = new TreeMap<>();
    List<String> lines = new ArrayList<>();
    for (String other : others) {
      int port = other.lastIndexOf(':');
      if (other.contains(" ") || port < 0) {
        lines.add("not verifiable: who is connected to ZooKeeper: " + other + WHAT);
      } else if (!hosts.contains(other.substring(0, port))) {
        elsewhere.merge(other.substring(0, port), 1, Integer::sum);
      }
    }
    elsewhere.forEach(
        (host, count) ->
            lines.add(
                "%s has %d connections to ZooKeeper and is not a node of this move; find out what runs there%s"
                    .formatted(host, count, WHAT)));
    return lines;
  }

  private static Set<String> hosts(CutoverConfig config) {
    Set<String> hosts = new TreeSet<>();
    Stream.concat(
            config.bookies().stream().map(bookie -> bookie.id()),
            config.brokers().stream()
                .flatMap(
                    broker -> Stream.of(broker.id(), String.valueOf(broker.adminUrl().getHost()))))
        .map(id -> id.replaceFirst(":\\d{1,5}$", ""))
        .forEach(
            host -> {
              hosts.add(host);
              addresses(host).forEach(hosts::add);
            });
    return hosts;
  }

  private static List<String> addresses(String host) {
    try {
      return Stream.of(InetAddress.getAllByName(host)).map(InetAddress::getHostAddress).toList();
    } catch (UnknownHostException e) {
      return List.of();
    }
  }
}
