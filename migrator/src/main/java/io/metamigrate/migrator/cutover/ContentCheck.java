package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.run.SeedWriter;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.check.Sequences;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.store.OverCompactions;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Looks for what must exist on the store that brokers serve on. Once they run there the stores are
 * expected to differ, so only this is checked: the root keys, each bookie's cookie, each ledger
 * that a topic, a subscription or a schema names, and a next ledger id above all of them.
 *
 * <p>etcd is read at one revision; ZooKeeper changes while it is read, so what is missing is asked
 * for again. What the other store lacks in the same way was missing before the move: a note.
 */
final class ContentCheck {
  private static final int SHOWN = 5;
  private static final Scope READ =
      new Scope(
          List.of(Catalogue.LEDGERS, Catalogue.MANAGED_LEDGERS, Catalogue.SCHEMAS), List.of());

  private static final Pattern HEALTH_CHECK =
      Pattern.compile("/managed-ledgers/pulsar/(?:[^/]+/)?[^/]+:[0-9]+/");

  private final Stores stores;
  private final Registrations registrations;
  private final Store side;

  ContentCheck(CutoverContext context, Store side) {
    this(context.stores(), context.registrations(), side);
  }

  ContentCheck(Stores stores, Registrations registrations, Store side) {
    this.stores = stores;
    this.registrations = registrations;
    this.side = side;
  }

  /**
   * Ledgers that a node here names and that the other store alone has, the first thousand; if
   * ZooKeeper is permanently lost, all that are named and missing.
   */
  List<String> lostLedgers() {
    return read().missing().stream()
        .filter(missing -> !isHealthCheckTopic(missing.named()))
        .filter(missing -> isMissing(missing, side))
        .filter(missing -> !stores.hasZooKeeper() || has(missing, side.other()))
        .map(missing -> "ledger %d of %s is missing".formatted(missing.ledger(), missing.named()))
        .toList();
  }

  CheckReport check(KnownNodes known) {
    CheckReport.CheckCollector seen = new CheckReport.CheckCollector();
    for (ZkPath root : List.of(Catalogue.LEDGERS, Catalogue.INSTANCE_ID)) {
      if (value(root, side).isEmpty()) {
        seen.fault(
            "%s lacks %s, which bookies need; put it back %s"
                .formatted(side.title(), root, asBefore()));
      }
    }
    known.bookies().stream()
        .filter(bookie -> !known.isLost(bookie))
        .filter(bookie -> value(Catalogue.COOKIES.child(bookie), side).isEmpty())
        .forEach(
            bookie ->
                seen.fault(
                    "%s has no cookie of bookie %s, without which it does not start; put %s back %s"
                        .formatted(
                            side.title(), bookie, Catalogue.COOKIES.child(bookie), asBefore())));
    if (stores.hasEtcd()) {
      ledgers(seen);
    }
    return seen.report();
  }

  private String asBefore() {
    return stores.hasZooKeeper() && stores.hasEtcd()
        ? "as %s has it".formatted(side.other().title())
        : "from a backup";
  }

  private void ledgers(CheckReport.CheckCollector seen) {
    LedgerNames names = read();
    int shown = 0;
    long before = 0;
    for (LedgerNames.Missing missing : names.missing()) {
      if (isHealthCheckTopic(missing.named()) || !isMissing(missing, side)) {
        continue;
      }
      if (isMissing(missing, side.other())) {
        before++;
      } else if (shown++ < SHOWN) {
        seen.fault(
            "%s names ledger %d, which %s does not have; put %s back (`migrate inspect %s` shows both sides)"
                .formatted(
                    missing.named(),
                    missing.ledger(),
                    side.title(),
                    LedgerPaths.pathOf(missing.ledger()),
                    LedgerPaths.pathOf(missing.ledger())));
      }
    }
    if (shown > SHOWN || names.moreMissing() > 0) {
      seen.fault(
          "%d more ledgers that are named are missing on %s"
              .formatted(Math.max(0, shown - SHOWN) + names.moreMissing(), side.title()));
    }
    if (before > 0) {
      seen.note(
          stores.hasZooKeeper()
              ? "%d ledgers that are named exist on neither store".formatted(before)
              : "%d ledgers that are named are not on etcd; whether ZooKeeper had them was not checked"
                  .formatted(before));
    }
    if (names.unreadable() > 0) {
      seen.notChecked(
          "what %d topics, subscriptions or schemas name: their values cannot be read"
              .formatted(names.unreadable()));
    }
    long next = next();
    if (next <= names.highest()) {
      seen.fault(
          "the next ledger id on %s is %d, but ledger %d exists or is named: ids would be allocated twice. Stop the brokers, and report this before you start them again"
              .formatted(side.title(), next, names.highest()));
    }
  }

  /**
   * Brokers make and delete the ledgers of their own health checks all the time, in a namespace
   * {@code pulsar/HOST:PORT} (NamespaceService, HEARTBEAT_NAMESPACE_PATTERN_V2), and keep nothing
   * there.
   */
  static boolean isHealthCheckTopic(ZkPath named) {
    return HEALTH_CHECK.matcher(named.value()).lookingAt();
  }

  private LedgerNames read() {
    return stores.hasZooKeeper()
        ? stores
            .both()
            .collect(
                READ,
                LedgerNames::new,
                (names, pair) -> value(pair, side).ifPresent(data -> names.add(pair.path(), data)))
        : OverCompactions.repeat(this::readEtcdAtOneRevision);
  }

  private LedgerNames readEtcdAtOneRevision() {
    LedgerNames names = new LedgerNames();
    Revision now = stores.keys().revision();
    for (ZkPath root : READ.include()) {
      stores
          .keys()
          .scan(
              root + "/",
              root + "0",
              now,
              page -> page.forEach(entry -> names.add(entry.path(), entry.data().bytes())));
    }
    return names;
  }

  /** As of now: the node still names it, and it is still not there. */
  private boolean isMissing(LedgerNames.Missing missing, Store store) {
    boolean named =
        value(missing.named(), store)
            .flatMap(data -> LedgerNames.named(missing.named(), data))
            .filter(ids -> ids.anyMatch(id -> id == missing.ledger()))
            .isPresent();
    return named && !has(missing, store);
  }

  private boolean has(LedgerNames.Missing missing, Store store) {
    return value(new ZkPath(LedgerPaths.pathOf(missing.ledger())), store).isPresent();
  }

  /** Asked after the ledgers, which only raises it. */
  private long next() {
    Sequences now = SeedWriter.sequences(stores);
    return side == Store.ETCD ? now.nextLedgerIdOnTarget() : now.nextLedgerIdOnSource();
  }

  private Optional<byte[]> value(ZkPath path, Store store) {
    return store == Store.ETCD
        ? registrations.key(path).map(key -> key.data().bytes())
        : registrations.znode(path).map(znode -> znode.data().bytes());
  }

  private static Optional<byte[]> value(Pair pair, Store store) {
    return store == Store.ETCD
        ? pair.target().map(key -> key.data().bytes())
        : pair.source().map(znode -> znode.data().bytes());
  }
}
