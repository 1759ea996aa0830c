package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.BookieConfig;
import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.plan.BookKeeperNodes;
import io.metamigrate.verifier.decode.BookieServiceInfoValue;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Store;
import java.net.URI;
import java.util.Optional;

/** Where bookies serve HTTP: as configured, else as they registered it. */
record BookieAddresses(CutoverConfig config, Registrations registrations) {
  /** The address by the configuration, else by the registration on that side. */
  Optional<URI> address(String bookie, Store side) {
    return config.bookies().stream()
        .filter(configured -> configured.id().equals(bookie))
        .findFirst()
        .flatMap(BookieConfig::adminUrl)
        .or(() -> registration(bookie, side).flatMap(data -> web(bookie, data)));
  }

  /** The same, whichever store the bookie is registered on. */
  Optional<URI> address(String bookie) {
    return address(bookie, Store.ETCD).or(() -> address(bookie, Store.ZOOKEEPER));
  }

  private Optional<NodeData> registration(String bookie, Store side) {
    return side == Store.ETCD
        ? registrations.key(Registrations.writable(bookie)).map(key -> key.data())
        : registrations.znode(Registrations.writable(bookie)).map(znode -> znode.data());
  }

  private static Optional<URI> web(String bookie, NodeData registration) {
    return BookieServiceInfoValue.decode(registration.bytes())
        .decoded()
        .flatMap(info -> BookKeeperNodes.webAddress(bookie, info.endpoints()));
  }
}
