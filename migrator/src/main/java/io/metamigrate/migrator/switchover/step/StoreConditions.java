package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.side.MetadataSide;
import io.metamigrate.migrator.switchover.side.StoreKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is asked of the two stores. Each condition is one method. */
final class StoreConditions {
  private final SwitchoverContext context;

  StoreConditions(SwitchoverContext context) {
    this.context = context;
  }

  /** Both stores carry the nonce of these moves, once it was left there. */
  Condition sameStores() {
    return Condition.of(
        "both stores are those of this move",
        () -> {
          String nonce = context.journal().document().nonce();
          List<String> faults = new ArrayList<>();
          for (MetadataSide side : List.of(context.zookeeper(), context.etcd())) {
            Optional<String> found = side.identity();
            boolean left = ClaimWrites.isIdentified(context) || !context.isForward();
            boolean removed = side.kind() == StoreKind.ZOOKEEPER && ClaimWrites.isRemoved(context);
            boolean expected = left && !removed;
            if (found.isPresent() ? !found.get().equals(nonce) : expected) {
              faults.add(
                  "%s is another store: expected %s, found %s"
                      .formatted(side.kind().title(), nonce, found.orElse("nothing")));
            }
          }
          return Answer.noneOf("both carry " + nonce, faults);
        });
  }

  private boolean isBegun(String step) {
    return context.journal().record(step).isPresent();
  }

  Condition claimed() {
    return Condition.of(
        "this process is the only one of the tool that may write to ZooKeeper",
        () ->
            context.zookeeper().isClaimed()
                ? Answer.yes("claimed")
                : Answer.no("another process claimed it, or it is gone"));
  }

  private boolean isIntact(MetadataSide side) {
    return side.fence().isPossible()
        ? new SourceFence(context).isIntact()
        : side.fence().isIntact();
  }

  private boolean isAbsent(MetadataSide side) {
    return side.fence().isPossible()
        ? new SourceFence(context).isAbsent()
        : side.fence().isAbsent();
  }

  Condition fenceIntact(MetadataSide side) {
    return Condition.of(
        side.kind().title() + " is fenced",
        () ->
            isIntact(side)
                ? Answer.yes("intact")
                : Answer.no(
                    "not intact; if ZooKeeper ignores access lists (skipACL), configure hooks.fence and hooks.unfence"));
  }

  Condition fenceAbsent(MetadataSide side) {
    return Condition.of(
        "no fence of this tool remains on " + side.kind().title(),
        () -> isAbsent(side) ? Answer.yes("absent") : Answer.no("present"));
  }

  /** Nobody wrote since the mark of this process, and nothing can have been missed. */
  Condition silent(MetadataSide side) {
    return Condition.of(
        "nobody else wrote to " + side.kind().title() + " since the mark",
        () ->
            context
                .mark(side.kind())
                .map(mark -> side.watch().silentSince(mark))
                .orElseGet(() -> Answer.no("no mark was set")));
  }

  Condition noMirrors() {
    return Condition.of(
        "no mirror of a registration remains on either store",
        () ->
            Answer.noneOf(
                "none",
                Stream.of(context.zookeeper(), context.etcd())
                    .flatMap(
                        side ->
                            side.mirrors().present().stream()
                                .map(id -> side.kind().title() + " has a mirror of " + id))
                    .toList()));
  }

  /** A rollback that cannot finish must not have stopped a broker. */
  Condition targetAcceptsAllWrites() {
    return Condition.of(
            "%s takes what the move will write, and its fence can be lifted"
                .formatted(context.target().kind().title()),
            () ->
                Answer.noneOf(
                    "it does",
                    Stream.concat(
                            context.target().fence().obstacles().stream(),
                            context.copier().obstacles(context.source().kind()).stream())
                        .toList()))
        .writing();
  }

  Condition storesEqual() {
    return Condition.of(
        "both stores hold the same",
        () -> Answer.noneOf("equal", context.copier().differences(context.heading().source())));
  }

  Condition countersSafe() {
    return Condition.of(
        "the next ledger id on the target is not below the source's",
        () -> {
          long source = context.source().nextLedgerId();
          long target = context.target().nextLedgerId();
          String detail = "next ledger id %d on the source, %d on the target";
          return target >= source
              ? Answer.yes(detail.formatted(source, target))
              : Answer.no(detail.formatted(source, target));
        });
  }

  /**
   * What others created on the target behind the move is there no more or accepted by name. Before
   * the commit the source is authoritative, so nothing else on the target can be missed.
   */
  Condition nothingForeignOnTarget() {
    return Condition.of(
        "what others created on the target was accepted by name",
        () ->
            context.isForward() && !isBegun(ClaimWrites.ID)
                ? Answer.yes("nothing was changed yet")
                : unaccepted(context.target().kind(), targetMark()));
  }

  private Optional<String> targetMark() {
    return context.isForward()
        ? Optional.ofNullable(
            context.journal().move().evidence().marks().get(ClaimWrites.BASE_MARK))
        : context.lateMark();
  }

  private Optional<String> sourceMark() {
    return context.isForward() ? context.lateMark() : context.mark(context.source().kind());
  }

  /** Late writes on the source are accepted by name. */
  Condition lateWritesAccepted() {
    return Condition.of(
        "late writes on the source were accepted by name",
        () -> unaccepted(context.source().kind(), sourceMark()));
  }

  private Answer unaccepted(StoreKind store, Optional<String> mark) {
    if (mark.isEmpty()) {
      return Answer.no("no mark was set on " + store.title());
    }
    List<String> faults =
        context.side(store).watch().writesSince(mark.get()).stream()
            .map(write -> write + " on " + store.title())
            .filter(finding -> !context.isAccepted(finding))
            .toList();
    return acceptable("none", faults);
  }

  /**
   * A bookie there may delete what the store does not list. Both stores were equal at the commit;
   * brokers delete ledgers since, so only what a topic still needs shows a loss.
   */
  Condition referencesIntact(MetadataSide side) {
    return Condition.of(
        "each topic's ledgers are listed on " + side.kind().title(),
        () ->
            acceptable(
                "none is missing",
                context.copier().brokenReferences(side.kind()).stream()
                    .filter(finding -> !context.isAccepted(finding))
                    .toList()));
  }

  private static Answer acceptable(String whenNone, List<String> faults) {
    return faults.isEmpty()
        ? Answer.yes(whenNone)
        : Answer.no(
            String.join("; ", faults),
            faults.stream().map(fault -> "--accept \"" + fault + "\"").toList());
  }
}
