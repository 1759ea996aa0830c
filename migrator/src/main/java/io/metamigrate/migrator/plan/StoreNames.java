package io.metamigrate.migrator.plan;

import io.metamigrate.verifier.store.Ensemble;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What both stores are known by; no address is part of it.
 *
 * @param sources INSTANCEID and creation of the root of each ZooKeeper
 * @param move nonce of the move that etcd holds; empty before it has begun
 */
public record StoreNames(Map<Ensemble, String> sources, Optional<String> move) {
  public StoreNames {
    sources = Collections.unmodifiableMap(new TreeMap<>(sources));
  }
}
