package io.metamigrate.lab;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The store that holds a cluster's metadata, in the forms that its components want. */
public sealed interface MetadataHome {
  /** {@code metadataStoreUrl} of a broker. */
  String brokerUrl();

  /** {@code configurationMetadataStoreUrl} of a broker. */
  default String configurationUrl() {
    return brokerUrl();
  }

  /** {@code metadataServiceUri} of a bookie. */
  String bookieUri();

  /** Whether this ephemeral path exists and ends with its owner. */
  boolean registered(String path) throws IOException;

  /** One ZooKeeper or an ensemble; the registration is asked of the first that answers. */
  record ZooKeeperHome(List<ZooKeeperServer> servers) implements MetadataHome {
    public ZooKeeperHome {
      servers = List.copyOf(servers);
    }

    @Override
    public String brokerUrl() {
      return "zk:" + ZooKeeperServer.connect(servers);
    }

    @Override
    public String bookieUri() {
      return "metadata-store:zk:" + ZooKeeperServer.connect(servers).replace(',', ';');
    }

    @Override
    public boolean registered(String path) throws IOException {
      // "dump" lists ephemeral znodes only, each on a line of its own
      Optional<ZooKeeperServer> up = servers.stream().filter(s -> s.process().alive()).findFirst();
      if (up.isEmpty()) {
        throw new IOException("no ZooKeeper server runs");
      }
      return up.get().ask("dump").lines().anyMatch(line -> line.strip().equals(path));
    }
  }

  /** What clusters share is in a ZooKeeper of its own. */
  record TwoZooKeepers(ZooKeeperHome local, ZooKeeperHome configuration) implements MetadataHome {
    @Override
    public String brokerUrl() {
      return local.brokerUrl();
    }

    @Override
    public String configurationUrl() {
      return configuration.brokerUrl();
    }

    @Override
    public String bookieUri() {
      return local.bookieUri();
    }

    @Override
    public boolean registered(String path) throws IOException {
      return local.registered(path);
    }
  }

  /**
   * One etcd or several members. Pulsar 2.10 takes one endpoint only: give it a list of one.
   *
   * <p>A list is separated by {@code ,} for brokers and by {@code ;} for bookies (Pulsar 2.11 and
   * later).
   */
  record EtcdHome(List<EtcdServer> servers) implements MetadataHome {
    public EtcdHome {
      servers = List.copyOf(servers);
    }

    @Override
    public String brokerUrl() {
      return "etcd:" + joined(",");
    }

    @Override
    public String bookieUri() {
      return "metadata-store:etcd:" + joined(";");
    }

    @Override
    public boolean registered(String path) throws IOException {
      return new EtcdKeys(servers.get(0).endpoint()).leased(path);
    }

    private String joined(String separator) {
      return servers.stream().map(EtcdServer::endpoint).collect(Collectors.joining(separator));
    }
  }
}
