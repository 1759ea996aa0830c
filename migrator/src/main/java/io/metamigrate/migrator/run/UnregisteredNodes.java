package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.control.Health.Problem;
import io.metamigrate.migrator.control.ProblemId;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.ZkPath;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Bookies and brokers that listen but have no registration with a lease on etcd. Pulsar's own store
 * never creates a lost registration again (seen on 3.0.7): such a node keeps running and answers,
 * but nobody uses it until it is restarted.
 */
final class UnregisteredNodes {
  private static final int CONNECT_MILLIS = 500;

  private UnregisteredNodes() {}

  /** The configured nodes in that state; empty if there are none. */
  static Optional<Problem> of(Configuration configuration, EtcdReader keys) {
    List<String> found = new ArrayList<>();
    configuration
        .cutover()
        .bookies()
        .forEach(
            bookie -> {
              List<ZkPath> places =
                  List.of(
                      Catalogue.AVAILABLE.child(bookie.id()),
                      Catalogue.READONLY.child(bookie.id()));
              if (!isRegistered(keys, places) && listens(URI.create("bookie://" + bookie.id()))) {
                found.add("bookie " + bookie.id());
              }
            });
    configuration
        .cutover()
        .brokers()
        .forEach(
            broker -> {
              List<ZkPath> places = List.of(Catalogue.BROKERS.child(broker.id()));
              if (!isRegistered(keys, places) && listens(broker.adminUrl())) {
                found.add("broker " + broker.id());
              }
            });
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Problem(
                ProblemId.NODES_NOT_REGISTERED,
                "these nodes run but are not registered on etcd, so nothing uses them: %s; restart each"
                    .formatted(String.join(", ", found)),
                Optional.empty()));
  }

  private static boolean isRegistered(EtcdReader keys, List<ZkPath> places) {
    return keys.read(places).stream().anyMatch(EtcdEntry::isLeased);
  }

  private static boolean listens(URI address) {
    if (address.getHost() == null || address.getPort() < 0) {
      return false;
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
