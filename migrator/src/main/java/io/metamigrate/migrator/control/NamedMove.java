package io.metamigrate.migrator.control;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.EtcdEndpoints;
import io.metamigrate.migrator.config.ZooKeeperAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A move, as far as a configuration names it. A request carries it in headers, with each value
 * percent-encoded, so that a daemon of another move behind the same address does nothing.
 */
public record NamedMove(
    Optional<String> cluster, Optional<ZooKeeperAddress> zookeeper, Optional<EtcdEndpoints> etcd) {
  private static final String CLUSTER = "Metamigrate-Cluster";
  private static final String ZOOKEEPER = "Metamigrate-ZooKeeper";
  private static final String ETCD = "Metamigrate-Etcd";

  /** The move of this configuration. */
  public static NamedMove of(Configuration configuration) {
    return new NamedMove(
        configuration.cluster().name(),
        configuration.source().zookeeper(),
        configuration.target().etcd());
  }

  /**
   * What a request names; nothing, as one by hand may, means whichever move is here.
   *
   * @param header its value by its name; empty if the request lacks it
   * @throws IllegalArgumentException if a value cannot be read
   */
  static NamedMove of(Function<String, String> header) {
    Function<String, Optional<String>> value =
        name ->
            Optional.of(header.apply(name))
                .filter(text -> !text.isEmpty())
                .map(text -> URLDecoder.decode(text, StandardCharsets.UTF_8));
    return new NamedMove(
        value.apply(CLUSTER),
        value.apply(ZOOKEEPER).map(ZooKeeperAddress::parse),
        value.apply(ETCD).map(EtcdEndpoints::parse));
  }

  /** The headers of a request for this move. */
  Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    cluster.ifPresent(name -> headers.put(CLUSTER, encoded(name)));
    zookeeper.ifPresent(address -> headers.put(ZOOKEEPER, encoded(address)));
    etcd.ifPresent(endpoints -> headers.put(ETCD, encoded(endpoints)));
    return headers;
  }

  /** Why a daemon of this move refuses a request for another one. */
  Optional<String> refusal(NamedMove wanted) {
    boolean other =
        differ(cluster, wanted.cluster(), String::equals)
            || differ(zookeeper, wanted.zookeeper(), ZooKeeperAddress::overlaps)
            || differ(etcd, wanted.etcd(), EtcdEndpoints::overlaps);
    return other
        ? Optional.of(
            "this daemon moves %s, the request is for %s; nothing was done: give each move a control.listen of its own, and write the addresses as the daemon has them"
                .formatted(this, wanted))
        : Optional.empty();
  }

  private static <T> boolean differ(Optional<T> own, Optional<T> wanted, BiPredicate<T, T> same) {
    return own.isPresent() && wanted.isPresent() && !same.test(own.get(), wanted.get());
  }

  private static String encoded(Object value) {
    return URLEncoder.encode(value.toString(), StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return Stream.of(
            cluster.map(name -> "cluster " + name),
            zookeeper.map(address -> "ZooKeeper " + address),
            etcd.map(endpoints -> "etcd " + endpoints))
        .flatMap(Optional::stream)
        .collect(Collectors.joining(", "));
  }
}
