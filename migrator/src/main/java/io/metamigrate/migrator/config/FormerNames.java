package io.metamigrate.migrator.config;

import com.fasterxml.jackson.databind.util.StdConverter;
import io.metamigrate.migrator.config.reference.Key;
import java.util.List;
import java.util.Map;

/**
 * Names that files, environment variables and persisted documents may still have: former ones of
 * steps and of configuration keys.
 */
public final class FormerNames {
  private static final Map<String, String> STEPS =
      Map.of(
          "take-zookeeper", "claim-zookeeper",
          "leave-zookeeper", "release-zookeeper",
          "stop-side-writers", "stop-metadata-writers",
          "stop-side-writers-again", "stop-metadata-writers-on-etcd",
          "start-side-writers", "start-metadata-writers",
          "side-writers-to-etcd", "start-metadata-writers-on-etcd",
          "unpark-bookie", "enable-garbage-collection",
          "park-bookie", "suspend-garbage-collection",
          "turn-again", "resume-source-direction",
          "turn-back", "reverse-direction");

  /** Dotted paths; the last part has another name now. */
  private static final Map<String, String> KEYS =
      Map.of(
          "cutover.sideWriters", "cutover.metadataWriters",
          "hooks.stopSideWriters", "hooks.stopMetadataWriters",
          "hooks.startSideWriters", "hooks.startMetadataWriters");

  private static final String BUDGETS = "cutover.budgets.";

  private FormerNames() {}

  /** The present id of a step, which may be followed by a space and a node. */
  static String step(String id) {
    int space = id.indexOf(' ');
    String label = space < 0 ? id : id.substring(0, space);
    String present = STEPS.getOrDefault(label, label);
    return present.equals(label) ? id : present + id.substring(label.length());
  }

  /** The present path of a key. */
  static String key(String path) {
    return path.startsWith(BUDGETS)
        ? BUDGETS + step(path.substring(BUDGETS.length()))
        : KEYS.getOrDefault(path, path);
  }

  /** The environment variables that a key had, by its present path. */
  static List<String> variables(String path) {
    return KEYS.entrySet().stream()
        .filter(names -> (path + ".").startsWith(names.getValue() + "."))
        .map(names -> names.getKey() + path.substring(names.getValue().length()))
        .map(Key::variable)
        .toList();
  }

  /** Reads the id of a step in a persisted document. */
  public static final class StepId extends StdConverter<String, String> {
    @Override
    public String convert(String id) {
      return step(id);
    }
  }
}
