package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.fence.FencePaths;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.follow.Sync;
import io.metamigrate.migrator.pulsar.BrokerHealth;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.Verifier;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.TreeListing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * {@code cutover --dry-run}: the list of steps, what each component would be given, and everything
 * that can be tried without changing anything; takes no lock. Only a scratch copy, if it is asked
 * for, writes: to etcd, below a prefix of its own, and removes it.
 *
 * @param obstacles what would stop the cutover
 * @param warnings what the operator has to know and what was accepted by name
 * @param notVerifiable what only the window itself will show
 * @param scratch what the scratch copy measured, or why there was none
 * @param outage what is known of the time that brokers will be away
 * @param verifySeconds how long the full comparison took, which is a part of the outage
 */
public record Rehearsal(
    String strategy,
    List<String> steps,
    List<String> writes,
    List<String> settings,
    List<String> fence,
    List<String> obstacles,
    List<String> warnings,
    List<String> notVerifiable,
    Optional<String> scratch,
    String outage,
    double verifySeconds,
    String text) {

  /**
   * Reads and tries.
   *
   * @param scratchCopy whether to write a part of the tree to etcd to measure it
   * @param lost bookies that are permanently lost, as the operator declares
   */
  public static Rehearsal of(
      Stores stores,
      Configuration file,
      Strategy strategy,
      RestartDriver driver,
      BrokerHealth health,
      boolean scratchCopy,
      Set<String> lost) {
    Set<String> alive = new TreeSet<>();
    file.cutover().bookies().forEach(bookie -> alive.add(bookie.id()));
    alive.removeAll(lost);
    Configuration configuration = file.withBookies(alive);
    List<Step> steps = new CutoverPlan(configuration.cutover()).forward(strategy);
    SettingsOverlays overlays = SettingsOverlays.of(configuration);
    Preflight readiness =
        new Preflight(
            configuration.cutover(),
            new Registrations(stores.znodes(), stores.keys()),
            overlays,
            driver,
            health,
            stores.keys(),
            new Preflight.BegunMove(lost, Set.of(), false));
    List<String> obstacles = new ArrayList<>(readiness.obstacles());
    List<String> warnings = new ArrayList<>(readiness.warnings());
    MetadataUsers.FoundUsers users = MetadataUsers.find(stores, configuration.cutover());
    warnings.addAll(users.warnings());
    obstacles.addAll(users.unconfirmed());
    obstacles.addAll(LeftOutRoots.obstacles(stores, configuration.scope().toScope()));
    RehearsalChecks checks = new RehearsalChecks(stores, configuration);
    checks.hooks();
    checks.probes(driver);
    Optional<String> scratch = Optional.empty();
    try (PathIndex paths =
        new TreeListing(stores.znodes(), listed -> {}).list(configuration.scope().toScope())) {
      checks.rights(paths);
      if (scratchCopy) {
        scratch = Optional.of(scratch(stores, configuration, paths, obstacles));
      }
    }
    obstacles.addAll(checks.obstacles());
    VerificationReport report =
        new Verifier(stores.znodes(), stores.keys(), compared -> {})
            .withVersions(configuration.copy().exactVersions())
            .verify(configuration.scope().toScope(), Duration.ofSeconds(10));
    if (!report.consistent()) {
      obstacles.add(StoreComparison.describe(report));
    }
    String outage = outage(report, syncSeconds(stores), strategy);
    List<String> writes = WritePaths.named(MoveProgress.FORWARD);
    List<String> fence = FencePaths.of(stores.znodes()).stream().map(path -> path.value()).toList();
    List<String> settings =
        ComponentOnEtcd.all(configuration).stream().map(ComponentOnEtcd::toString).toList();
    String text =
        CutoverPlan.text(steps)
            + section("writes to ZooKeeper", writes)
            + section("fence", fence)
            + section("settings on etcd", settings)
            + section("measured", Stream.concat(Stream.of(outage), scratch.stream()).toList())
            + section("warnings", warnings)
            + section("not verifiable before the window", checks.notVerifiable())
            + (obstacles.isEmpty() ? "\nno blockers\n" : section("blockers", obstacles));
    return new Rehearsal(
        strategy.name().toLowerCase(Locale.ROOT).replace('_', '-'),
        steps.stream().map(Step::id).toList(),
        writes,
        settings,
        fence,
        obstacles,
        warnings,
        checks.notVerifiable(),
        scratch,
        outage,
        report.seconds(),
        text);
  }

  private static String scratch(
      Stores stores, Configuration configuration, PathIndex paths, List<String> obstacles) {
    ScratchCopy copy = new ScratchCopy(stores, configuration.copy().inFlight());
    Optional<String> refusal = copy.refusal();
    if (refusal.isPresent()) {
      return refusal.get();
    }
    ScratchCopy.ScratchCopyResult result = copy.run(paths);
    if (result.differing() > 0) {
      obstacles.add(
          "scratch copy: etcd returned %d nodes with other content than was written"
              .formatted(result.differing()));
    }
    return result.toString();
  }

  private static double syncSeconds(Stores stores) {
    long asked = System.nanoTime();
    Sync.await(stores.zookeeper());
    return (System.nanoTime() - asked) / 1e9;
  }

  /** The drain is a sync and what is on its way; seeds were put while etcd followed. */
  private static String outage(VerificationReport report, double sync, Strategy strategy) {
    return String.format(
        Locale.ROOT,
        "of the outage: drain %.3f s (one sync of ZooKeeper), full comparison of %,d nodes %.1f s."
            + " Not known: stop of the brokers%s, start of the first broker on etcd (time a plain"
            + " restart of one)",
        sync,
        report.compared(),
        report.seconds(),
        strategy == Strategy.STOP_ALL ? ", restart of the bookies" : "");
  }

  private static String section(String title, List<String> lines) {
    return lines.isEmpty() ? "" : "\n" + title + "\n  " + String.join("\n  ", lines) + "\n";
  }
}
