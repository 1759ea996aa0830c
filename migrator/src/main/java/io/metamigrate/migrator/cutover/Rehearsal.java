package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.CutoverState.Course;
import io.metamigrate.migrator.cutover.fence.FencePaths;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.Verifier;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code cutover --dry-run}: the list of steps, what each component would be given, and everything
 * that can be tried without changing anything; takes no lock and writes nothing.
 *
 * @param obstacles what would stop the cutover
 * @param verifySeconds how long the full comparison took, which is a part of the outage
 */
public record Rehearsal(
    String strategy,
    List<String> steps,
    List<String> writes,
    List<String> settings,
    List<String> fence,
    List<String> obstacles,
    double verifySeconds,
    String text) {

  /** Reads and tries. */
  public static Rehearsal of(
      Stores stores,
      Configuration configuration,
      Strategy strategy,
      RestartDriver driver,
      BrokerHealth health) {
    List<Step> steps = new CutoverPlan(configuration.cutover()).forward(strategy);
    Layers layers = Layers.of(configuration);
    List<String> obstacles =
        new ArrayList<>(
            new Readiness(
                    configuration.cutover(),
                    new Registrations(stores.znodes(), stores.keys()),
                    layers,
                    driver,
                    health,
                    stores.keys())
                .obstacles());
    VerificationReport report =
        new Verifier(stores.znodes(), stores.keys(), compared -> {})
            .withVersions(configuration.copy().exactVersions())
            .verify(configuration.scope().toScope(), Duration.ofSeconds(10));
    if (!report.consistent()) {
      obstacles.add(Gate.told(report));
    }
    List<String> writes = WritePaths.named(Course.FORWARD);
    List<String> fence = FencePaths.of(stores.znodes()).stream().map(path -> path.value()).toList();
    List<String> settings =
        List.of(
            line(layers, Component.BOOKIE, Parking.PARKED),
            line(layers, Component.BROKER, Parking.UNPARKED));
    String text =
        CutoverPlan.text(steps)
            + section("writes to ZooKeeper", writes)
            + section("fence", fence)
            + section("settings on etcd", settings)
            + String.format(
                Locale.ROOT,
                "%nfull comparison: %,d nodes in %.1f s%n",
                report.compared(),
                report.seconds())
            + (obstacles.isEmpty()
                ? "\nnothing stands in the way\n"
                : section("in the way", obstacles));
    return new Rehearsal(
        strategy.name().toLowerCase(Locale.ROOT).replace('_', '-'),
        steps.stream().map(Step::id).toList(),
        writes,
        settings,
        fence,
        obstacles,
        report.seconds(),
        text);
  }

  private static String line(Layers layers, Component component, Parking parking) {
    ComponentSettings given = layers.of(component, Store.ETCD, parking);
    return component.label()
        + ": set "
        + given.settings().set()
        + (given.settings().remove().isEmpty() ? "" : ", remove " + given.settings().remove());
  }

  private static String section(String title, List<String> lines) {
    return "\n" + title + "\n  " + String.join("\n  ", lines) + "\n";
  }
}
