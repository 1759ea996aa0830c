package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.decode.ManagedLedgerPath;
import io.metamigrate.verifier.store.Store;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether the whole cluster serves on etcd: brokers, lookups, bookies and every ledger's bookies.
 */
final class ObserveStep extends StepDefinition {
  private static final int TOPICS_LOOKED_UP = 20;

  ObserveStep() {
    super(
        Phase.OBSERVING,
        "observe",
        new Texts(
            "Check the whole cluster",
            "check brokers, lookups, bookies and the ensembles of all ledgers",
            "a reverse migration"));
  }

  @Override
  List<Condition> requires() {
    return List.of(
        Condition.of(
            "every step before is done",
            (here, step) -> {
              CutoverState state = here.context().journal().state();
              return state.forward().stream()
                  .filter(record -> !record.isDone() && !record.id().equals(step.id()))
                  .findFirst()
                  .map(record -> StepOutcome.failed(record.id() + " is not done"))
                  .orElseGet(() -> StepOutcome.done("all are"));
            }));
  }

  @Override
  List<Condition> proof() {
    return List.of(
        Conditions.brokersAreHealthyOn(Store.ETCD),
        Condition.shownByAct(
            "topics can be looked up, every bookie is up, no ledger lacks a bookie, late writes are"
                + " reported"));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    List<Node> brokers = context.brokers().nodes();
    context
        .lockedDriver()
        .each(
            deadline,
            "health of the brokers",
            brokers,
            broker -> context.brokers().healthy(broker, Store.ETCD));
    List<String> topics = topics(context);
    String lookups =
        deadline.until(
            "lookups",
            () ->
                context
                    .health()
                    .serves(context.configuration().cutover().brokers().get(0), topics));
    context
        .lockedDriver()
        .each(
            deadline,
            "registration of the bookies",
            context.bookieNodes(),
            here.etcdBookies()::isUp);
    Set<String> registered = new TreeSet<>();
    context.registrations().bookiesOnEtcd().keySet().forEach(path -> registered.add(path.name()));
    registered.addAll(context.lost());
    EnsembleCheck replication = EnsembleCheck.onEtcd(context.stores().keys(), registered);
    if (!replication.complete()) {
      throw new StepFailedException(replication.toString());
    }
    here.fence().recordAllLateWrites();
    return "%s; %s; %s".formatted(lookups, replication, lateWrites(context.journal().state()));
  }

  private static String lateWrites(CutoverState state) {
    return state.lateWrites().isEmpty()
        ? "nothing was written to ZooKeeper after the fence"
        : "ALARM: %s late writes on ZooKeeper: %s"
            .formatted(state.lateWriteCount(), state.lateWrites());
  }

  /** Some topics, of whichever namespaces have any. */
  private static List<String> topics(CutoverContext context) {
    String below = Catalogue.MANAGED_LEDGERS.value();
    return context.stores().keys().page(below + "/", below + "0", Optional.empty()).stream()
        .flatMap(entry -> ManagedLedgerPath.of(entry.path().value()).stream())
        .filter(path -> path.cursor().isEmpty())
        .flatMap(path -> topicName(path.topic()).stream())
        .limit(TOPICS_LOOKED_UP)
        .toList();
  }

  /**
   * Empty for names of the old kind, which have a cluster, and for Pulsar's own topics: those of a
   * broker's health check are not found by other brokers, those of transactions have no statistics.
   */
  static Optional<String> topicName(String path) {
    List<String> parts = List.of(path.split("/", -1));
    if (parts.size() != 4 || parts.get(0).equals("pulsar") || isPulsarsOwn(parts.get(3))) {
      return Optional.empty();
    }
    return Optional.of(
        "persistent://%s/%s/%s"
            .formatted(
                parts.get(0),
                parts.get(1),
                URLDecoder.decode(parts.get(3), StandardCharsets.UTF_8)));
  }

  private static boolean isPulsarsOwn(String topic) {
    return topic.startsWith("__") || topic.contains("__transaction_");
  }

  @Override
  String actWithoutZooKeeper(StepContext here, Step step, Deadline deadline) {
    return act(here, step, deadline);
  }
}
