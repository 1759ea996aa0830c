package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Inventory;
import io.metamigrate.migrator.plan.PutRequest;
import io.metamigrate.migrator.plan.RangeReply;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.verifier.catalog.PulsarVersion;
import io.metamigrate.verifier.decode.ManagedLedgerPath;
import io.metamigrate.verifier.store.EtcdServerFacts;
import io.metamigrate.verifier.store.ZkPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A value that etcd refuses in one request, or that Pulsar's client refuses in one reply: Pulsar's
 * store leaves jetcd's maxInboundMessageSize at gRPC's 4 MiB ({@code
 * GrpcUtil.DEFAULT_MAX_MESSAGE_SIZE}) in every release and has no setting.
 */
final class ValueTooLarge implements Rule {
  @Override
  public String id() {
    return "VALUE_TOO_LARGE";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    int limit = facts.server().number(EtcdServerFacts.MAX_REQUEST).orElse(PutRequest.DEFAULT_LIMIT);
    List<Finding> findings = new ArrayList<>();
    for (Inventory.LargeZnode value : facts.inventory().large()) {
      int key = value.path().value().getBytes(StandardCharsets.UTF_8).length;
      String path = value.path().value();
      String size = "the value of %s has %,d bytes".formatted(path, value.bytes());
      long readable = PutRequest.largestRead(key);
      if (value.bytes() > readable) {
        findings.add(
            blocker(
                id(),
                path,
                "%s; Pulsar's etcd client accepts replies of %,d bytes in every release, which is a value of %,d, whatever etcd's own limit is"
                    .formatted(size, RangeReply.LIMIT, readable),
                shrink(value.path(), facts)
                    + "; raising etcd's --max-request-bytes does not help"));
      } else if (value.bytes() > PutRequest.largestCopied(limit, key)) {
        findings.add(
            blocker(
                id(),
                path,
                "%s; etcd accepts requests of %,d bytes (--max-request-bytes), which is a value of %,d by Pulsar and of %,d by this copy"
                    .formatted(
                        size,
                        limit,
                        PutRequest.largestValue(limit, key),
                        PutRequest.largestCopied(limit, key)),
                shrink(value.path(), facts)
                    + ", or raise etcd's --max-request-bytes on every member; above %,d no release of Pulsar can read it"
                        .formatted(readable)));
      } else if (value.bytes() > Math.min(limit, readable) / 3 * 2) {
        findings.add(
            warning(
                id(),
                path,
                "%s, close to the %,d that etcd and Pulsar's client take: once it grows, it cannot be written or read"
                    .formatted(size, Math.min(PutRequest.largestValue(limit, key), readable)),
                shrink(value.path(), facts)));
      }
    }
    return findings;
  }

  private static String shrink(ZkPath path, Facts facts) {
    if (ManagedLedgerPath.of(path.value()).filter(p -> p.cursor().isPresent()).isPresent()) {
      return "shrink it (a subscription with very many holes or properties: let consumers"
          + " acknowledge or clear the backlog, or "
          + cursorSettings(facts.pulsarVersion())
          + " on the brokers)";
    }
    return ManagedLedgerPath.of(path.value()).isPresent()
        ? "shrink it (a topic with very many ledgers or properties: shorten retention, or set"
            + " managedLedgerInfoCompressionType on the brokers)"
        : "shrink it (`migrate inspect %s` shows what it holds)".formatted(path.quoted());
  }

  /** The names of the settings by release (ServiceConfiguration of 2.10.0 and 3.0.7). */
  private static String cursorSettings(Optional<PulsarVersion> version) {
    String old = "lower managedLedgerMaxUnackedRangesToPersistInZooKeeper";
    String now =
        "lower managedLedgerMaxUnackedRangesToPersistInMetadataStore or set"
            + " managedCursorInfoCompressionType";
    return version
        .map(v -> v.atLeast(2, 11) ? now : old)
        .orElse("%s (2.10), or %s (2.11 and later)".formatted(old, now));
  }
}
