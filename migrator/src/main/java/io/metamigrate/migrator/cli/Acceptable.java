package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.config.Fault;
import io.metamigrate.migrator.config.NearestKey;
import io.metamigrate.migrator.config.Setting;
import io.metamigrate.migrator.cutover.AcceptedConditions;
import io.metamigrate.migrator.phase.StoreCheck;
import io.metamigrate.migrator.plan.Plan;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.migrator.plan.rule.Rules;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** Whether what the operator accepts exists; any other name has no effect. */
final class Acceptable {
  private static final String ACCEPT = "cutover.accept";

  private Acceptable() {}

  /**
   * Checks {@code --accept} of {@code plan} and {@code run}.
   *
   * @throws ConfigurationException with each id that no finding has
   */
  static void requireFindings(Collection<String> ids) {
    Set<String> known = new TreeSet<>(StoreCheck.IDS);
    known.addAll(Plan.NEVER_ACCEPTED);
    Rules.ALL.stream().map(Rule::id).forEach(known::add);
    require(ids, known);
  }

  /**
   * Checks {@code --accept} of another command.
   *
   * @throws ConfigurationException with each id that is not among these
   */
  static void require(Collection<String> ids, Set<String> known) {
    ConfigurationException.throwIfAny(
        ids.stream()
            .filter(id -> !known.contains(id))
            .map(id -> new Fault("--accept", "", message(id, known)))
            .toList());
  }

  /**
   * Checks {@code --accept-late-write}: what is copied and is not written again on etcd.
   *
   * @throws ConfigurationException with each path that is none
   */
  static void requireLateWrites(Collection<ZkPath> paths) {
    ConfigurationException.throwIfAny(
        paths.stream()
            .filter(path -> !Catalogue.isCore(path))
            .map(
                path ->
                    new Fault(
                        "--accept-late-write",
                        "",
                        "'%s' is not a path that a message names, such as /ledgers/00/0000/L0001"
                            .formatted(path)))
            .toList());
  }

  private static String message(String id, Set<String> known) {
    return "'%s' is not an id that this command reports%s; runbooks/findings.md lists all ids"
        .formatted(id, NearestKey.question(id, known).map(question -> ", " + question).orElse(""));
  }

  /**
   * Checks {@code cutover.accept}.
   *
   * @throws ConfigurationException with each entry that can match nothing
   */
  static void requireConditions(Configuration.Loaded loaded) {
    CutoverConfig cutover = loaded.configuration().cutover();
    String origin =
        loaded.settings().stream()
            .filter(setting -> setting.path().equals(ACCEPT))
            .findFirst()
            .map(Setting::origin)
            .orElse(ACCEPT);
    ConfigurationException.throwIfAny(
        AcceptedConditions.faults(cutover).stream()
            .map(fault -> new Fault(origin, ACCEPT, fault))
            .toList());
  }
}
