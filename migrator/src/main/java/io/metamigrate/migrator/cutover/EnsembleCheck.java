package io.metamigrate.migrator.cutover;

import io.metamigrate.verifier.decode.LedgerMetadataValue;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.OverCompactions;
import io.metamigrate.verifier.store.ZkPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which ledgers lack a bookie: the daemon's own comparison of every ledger's ensembles with the
 * registered bookies, for the time in which no auditor runs. For one thread.
 */
final class EnsembleCheck {
  private static final int MOST_NAMED = 5;

  private final Set<String> registered;
  private final Set<String> missing = new TreeSet<>();
  private final List<String> examples = new ArrayList<>();
  private long ledgers;
  private long incomplete;
  private long unreadable;

  EnsembleCheck(Set<String> registered) {
    this.registered = Set.copyOf(registered);
  }

  /** Takes all ledgers that etcd has now. */
  static EnsembleCheck onEtcd(EtcdReader keys, Set<String> registered) {
    return OverCompactions.repeat(() -> onEtcdAtOneRevision(keys, registered));
  }

  private static EnsembleCheck onEtcdAtOneRevision(EtcdReader keys, Set<String> registered) {
    EnsembleCheck replication = new EnsembleCheck(registered);
    keys.scan(
        LedgerPaths.ROOT + "/0",
        LedgerPaths.ROOT + "/:",
        keys.revision(),
        page -> {
          for (EtcdEntry entry : page) {
            replication.add(entry.path(), entry.data());
          }
        });
    return replication;
  }

  void add(ZkPath path, NodeData data) {
    if (LedgerPaths.ledgerOf(path.value()).isEmpty()) {
      return;
    }
    ledgers++;
    LedgerMetadataValue.decode(data.bytes())
        .decoded()
        .ifPresentOrElse(ledger -> check(path, ledger), () -> unreadable++);
  }

  private void check(ZkPath path, LedgerMetadataValue ledger) {
    boolean whole = true;
    for (List<String> ensemble : ledger.ensembles().values()) {
      for (String bookie : ensemble) {
        if (!registered.contains(bookie)) {
          missing.add(bookie);
          whole = false;
        }
      }
    }
    if (!whole) {
      incomplete++;
      if (examples.size() < MOST_NAMED) {
        examples.add(path.value());
      }
    }
  }

  boolean complete() {
    return incomplete == 0;
  }

  @Override
  public String toString() {
    String unreadableText =
        unreadable == 0 ? "" : ", %d with metadata that cannot be read".formatted(unreadable);
    return complete()
        ? "%d ledgers, none lacks a bookie%s".formatted(ledgers, unreadableText)
        : "%d of %d ledgers lack a bookie (%s is not registered), for example %s%s"
            .formatted(
                incomplete,
                ledgers,
                String.join(", ", missing),
                String.join(", ", examples),
                unreadableText);
  }
}
