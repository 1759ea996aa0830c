package io.metamigrate.migrator.plan;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.info;
import static io.metamigrate.migrator.plan.Finding.warning;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All rules, in the order in which their findings are shown within a level. */
final class Rules {
  static final List<Rule> ALL =
      List.of(
          Rules::noPulsarMetadata,
          Rules::pulsarVersion,
          Rules::targetServing,
          Rules::targetNotEmpty,
          Rules::keysElsewhere,
          Rules::sourceServing,
          Rules::valueTooLarge,
          Rules::unknownPaths);

  private Rules() {}

  private static List<Finding> noPulsarMetadata(Facts facts) {
    return facts.inventory().holdsPulsar()
        ? List.of()
        : List.of(
            blocker(
                "NO_PULSAR_METADATA",
                facts.connect(),
                "there is no Pulsar or BookKeeper metadata at %s: none of /ledgers, /managed-ledgers and /admin is there"
                    .formatted(facts.connect()),
                "check the address and above all the chroot after the last port"));
  }

  private static List<Finding> pulsarVersion(Facts facts) {
    if (facts.pulsarVersion().isEmpty()) {
      return List.of(
          warning(
              "PULSAR_VERSION_NOT_GIVEN",
              "cluster.pulsarVersion",
              "the Pulsar version that will run on etcd is not given, so nothing that depends on it was checked",
              "add --pulsar-version X.Y.Z"));
    }
    return facts.pulsarVersion().get().supportsEtcd()
        ? List.of()
        : List.of(
            blocker(
                "PULSAR_VERSION_WITHOUT_ETCD",
                "cluster.pulsarVersion",
                "Pulsar %s has no etcd metadata store: it came with 2.10 and was removed in 5.0 (PIP-462)"
                    .formatted(facts.pulsarVersion().get()),
                "run a version from 2.10 to 4.x on etcd"));
  }

  private static List<Finding> targetServing(Facts facts) {
    return facts
        .leasedOnTarget()
        .map(
            path ->
                List.of(
                    blocker(
                        "TARGET_SERVING",
                        path.value(),
                        "a living broker is registered on etcd: " + path + " has a lease",
                        "brokers already run on this etcd; nothing may be copied onto it (`migrate rollback` goes back)")))
        .orElse(List.of());
  }

  private static List<Finding> targetNotEmpty(Facts facts) {
    return facts.ownMove() || facts.target().keysInScope() == 0
        ? List.of()
        : List.of(
            blocker(
                "TARGET_NOT_EMPTY",
                String.join(",", facts.target().endpoints()),
                "etcd holds %,d keys in scope that are not this move's"
                    .formatted(facts.target().keysInScope()),
                "use an empty etcd; two Pulsar clusters cannot share one, since keys have no prefix"));
  }

  private static List<Finding> keysElsewhere(Facts facts) {
    long elsewhere = facts.target().keysElsewhere();
    return elsewhere == 0
        ? List.of()
        : List.of(
            info(
                "KEYS_OUT_OF_SCOPE",
                String.join(",", facts.target().endpoints()),
                "etcd holds %,d other keys, which are left alone".formatted(elsewhere),
                "nothing to do"));
  }

  private static List<Finding> sourceServing(Facts facts) {
    return facts.registeredBrokers().isEmpty()
        ? List.of()
        : List.of(
            info(
                "SOURCE_SERVING",
                "/loadbalance/brokers",
                "%d broker(s) are registered on ZooKeeper: %s"
                    .formatted(
                        facts.registeredBrokers().size(),
                        String.join(", ", facts.registeredBrokers())),
                "the daemon follows a serving cluster; `run --once` wants the brokers stopped, or --rehearsal"));
  }

  private static List<Finding> valueTooLarge(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    facts
        .inventory()
        .tooLarge()
        .forEach(
            znode ->
                findings.add(
                    blocker(
                        "VALUE_TOO_LARGE",
                        znode.path().value(),
                        "the value of %s has %,d bytes; etcd takes 1.5 MiB in one request (--max-request-bytes)"
                            .formatted(znode.path(), znode.data().size()),
                        "shrink it (a topic with very many ledgers or properties: shorten retention, or compress managed ledger info)")));
    return findings;
  }

  private static List<Finding> unknownPaths(Facts facts) {
    return Optional.of(facts.inventory().unknown())
        .filter(unknown -> !unknown.isEmpty())
        .map(
            unknown ->
                List.of(
                    warning(
                        "UNKNOWN_PATHS",
                        String.join(" ", unknown),
                        "%d path families are not known: %s"
                            .formatted(unknown.size(), String.join(", ", unknown)),
                        "they are copied as they are; find out who writes them (a protocol handler or plugin?) and exclude them with scope.exclude where they must not move")))
        .orElse(List.of());
  }
}
