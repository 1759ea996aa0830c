package io.metamigrate.migrator.replay;

import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.metamigrate.migrator.replay.EtcdHistory.ForeignChange;
import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.KeyText;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Distinguishes own changes on etcd from foreign ones: a revision is the daemon's own if its mark
 * was put at it. etcd sends all events of a revision in one response unless fragments are requested
 * (etcd API guarantees, watch: atomic), so each response can be classified on its own. Only for
 * watches on all keys.
 */
record Ownership(Scope scope, Set<ZkPath> accepted) {

  /** The first change in scope that was not the daemon's. */
  Optional<ForeignChange> firstForeign(WatchResponse response) {
    return byOthers(response)
        .filter(this::isWatched)
        .findFirst()
        .map(kv -> new ForeignChange(path(kv), new Revision(kv.getModRevision())));
  }

  /** Which of the accepted keys another writer changed. */
  Set<ZkPath> acceptedIn(WatchResponse response) {
    return byOthers(response)
        .map(Ownership::path)
        .filter(accepted::contains)
        .collect(Collectors.toSet());
  }

  private static Stream<KeyValue> byOthers(WatchResponse response) {
    Set<Long> own =
        response.getEvents().stream()
            .map(WatchEvent::getKeyValue)
            .filter(kv -> kv.getKey().equals(ReservedKeys.MARK))
            .map(KeyValue::getModRevision)
            .collect(Collectors.toSet());
    return response.getEvents().stream()
        .map(WatchEvent::getKeyValue)
        .filter(kv -> !own.contains(kv.getModRevision()) && text(kv).startsWith("/"));
  }

  /**
   * A broker that runs on etcd is recognized by a leased key at a path at which only brokers have
   * one.
   */
  static Optional<ZkPath> firstServing(WatchResponse response) {
    return response.getEvents().stream()
        .filter(event -> event.getEventType() == WatchEvent.EventType.PUT)
        .map(WatchEvent::getKeyValue)
        .filter(kv -> kv.getLease() != 0 && text(kv).startsWith("/"))
        .map(Ownership::path)
        .filter(p -> p.isAtOrBelow(Catalogue.BROKERS) || p.isAtOrBelow(Catalogue.OWNERSHIP))
        .findFirst();
  }

  /** The last revision that a response speaks of; 0 for one without events. */
  static long last(WatchResponse response) {
    return response.getEvents().stream()
        .mapToLong(event -> event.getKeyValue().getModRevision())
        .max()
        .orElse(0);
  }

  private boolean isWatched(KeyValue kv) {
    ZkPath path = path(kv);
    return scope.contains(path)
        && !accepted.contains(path)
        && Catalogue.of(path).action() != Action.SKIP;
  }

  private static ZkPath path(KeyValue kv) {
    return new ZkPath(text(kv));
  }

  private static String text(KeyValue kv) {
    return KeyText.decode(kv.getKey().getBytes());
  }
}
