package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Confirmation;
import io.metamigrate.migrator.cutover.WindowResult;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.run.BlockedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The search simulates what a step does and sees. Here some of its runs are made on real stores
 * with stand-in nodes: the same acts in the same order, the same end, the same record of each step.
 */
@Tag("campaign")
@Timeout(300)
final class TraceReplayCampaignTest extends TwoStores {
  private static final Path FILE =
      Path.of("../../migrator/src/test/resources/io/metamigrate/migrator/cutover/traces.txt");

  /** A command with the end that the search gave it. */
  record TraceLeg(String command, String end, String acts, String steps) {}

  record Trace(
      String name,
      Strategy strategy,
      String event,
      int act,
      List<String> before,
      List<TraceLeg> legs) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Trace> traces() {
    List<Trace> traces = new ArrayList<>();
    for (String block : read().split("(?m)^trace ", 0)) {
      if (!block.isBlank()) {
        traces.add(trace(block.lines().toList()));
      }
    }
    return traces.stream();
  }

  private static String read() {
    try {
      return Files.readString(FILE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Trace trace(List<String> lines) {
    String[] head = lines.get(0).split(" ", -1);
    List<String> before = new ArrayList<>();
    List<TraceLeg> legs = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("before ")) {
        before.add(line.substring("before ".length()));
      } else {
        String[] words = line.split(" ", -1);
        legs.add(new TraceLeg(words[0], words[1], lines.get(i + 1), lines.get(i + 2)));
        i += 2;
      }
    }
    String name =
        "%s %s %s"
            .formatted(
                before,
                legs.stream()
                    .map(TraceLeg::command)
                    .distinct()
                    .collect(Collectors.joining(", then ")),
                lines.get(0));
    return new Trace(
        name, Strategy.valueOf(head[0]), head[1], Integer.parseInt(head[2]), before, legs);
  }

  @ParameterizedTest
  @MethodSource("traces")
  void endsAsInTheSearch(Trace trace) throws Exception {
    try (TestBed bed = new TestBed(folder, zookeeper, etcd, "8s")) {
      bed.configuration =
          Configuration.load(
              bed.fileWith("replay.yaml", "  metadataWriters: {autoRecovery: [a1]}\n"));
      bed.atOnce = false;
      bed.driver.addWriter("a1", true);
      bed.copy();
      Map<String, String> names = names(bed);
      for (String earlier : trace.before()) {
        bed.confirmation =
            earlier.endsWith("declined")
                ? announcement -> StepOutcome.failed("no")
                : Confirmation.GIVEN;
        bed.cutover(trace.strategy());
      }
      bed.confirmation = Confirmation.GIVEN;
      AtomicInteger left = new AtomicInteger(trace.act());
      List<String> acts = Collections.synchronizedList(new ArrayList<>());
      bed.driver.before(
          action -> {
            acts.add(action);
            if (!trace.event().equals("CRASH_AFTER") && left.getAndDecrement() == 0) {
              happen(trace.event(), bed);
            }
          });
      bed.driver.after(
          action -> {
            if (trace.event().equals("CRASH_AFTER") && left.getAndDecrement() == 0) {
              throw new Killed(action);
            }
          });
      List<TraceLeg> seen = new ArrayList<>();
      for (TraceLeg leg : trace.legs()) {
        acts.clear();
        seen.add(run(bed, trace, leg.command(), acts, names));
      }

      assertThat(seen).isEqualTo(trace.legs());
    }
  }

  private static TraceLeg run(
      TestBed bed, Trace trace, String command, List<String> acts, Map<String, String> names) {
    String end = end(bed, trace, command);
    String steps =
        Stream.concat(bed.state().forward().stream(), bed.state().back().stream())
            .map(record -> record.id() + "=" + record.state())
            .collect(Collectors.joining(", "));
    return new TraceLeg(
        command,
        end,
        renamed("acts " + String.join(", ", acts), names),
        renamed("steps " + steps, names));
  }

  private static String end(TestBed bed, Trace trace, String command) {
    try {
      WindowResult result =
          switch (command) {
            case "cutover" -> bed.cutover(trace.strategy());
            case "rollback" -> bed.rollback();
            case "undo" -> bed.undoRollback();
            default -> throw new IllegalArgumentException(command);
          };
      if (result.done()) {
        return "DONE";
      }
      System.out.println(trace + ": " + result.reason());
      return "STOPPED";
    } catch (Killed e) {
      return "CRASHED";
    } catch (BlockedException e) {
      System.out.println(trace + ": " + e.getMessage());
      return "REFUSED";
    }
  }

  private static void happen(String event, TestBed bed) {
    switch (event) {
      case "CRASH_BEFORE" -> throw new Killed(event);
      case "REFUSED" -> throw new IllegalStateException("refused");
      case "BOOKIE_DIES" ->
          bed.bookies.stream().filter(StandIn::running).findFirst().ifPresent(StandIn::stop);
      case "FOREIGN_BROKER_ON_ZOOKEEPER" -> bed.anotherBroker().start();
      case "FOREIGN_BROKER_ON_ETCD" -> {
        StandIn.StandInBroker broker = bed.anotherBroker();
        broker.configure(Settings.of(Map.of("metadataStoreUrl", "etcd:http://unused"), Set.of()));
        broker.start();
      }
      default -> throw new IllegalArgumentException(event);
    }
  }

  /** Of the nodes here, as the search calls them. */
  private static Map<String, String> names(TestBed bed) {
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < bed.bookies.size(); i++) {
      names.put(bed.bookies.get(i).id, "b" + (i + 1));
    }
    for (int i = 0; i < bed.brokers.size(); i++) {
      names.put(bed.brokers.get(i).id, "k" + (i + 1));
    }
    return names;
  }

  private static String renamed(String text, Map<String, String> names) {
    String renamed = text;
    for (Map.Entry<String, String> name : names.entrySet()) {
      renamed = renamed.replace(name.getKey(), name.getValue());
    }
    return renamed;
  }
}
