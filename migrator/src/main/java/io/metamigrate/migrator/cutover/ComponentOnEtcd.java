package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.verifier.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one kind of component is given to run on etcd, as plan and rehearsal show it.
 *
 * @param component the name of the kind, such as {@code bookie}
 * @param remove settings of the operator's that must not be in effect
 * @param possible whether it can run on etcd like this
 * @param notes what the operator must know; one that begins with {@code NOT POSSIBLE} is why it
 *     cannot run like this
 */
public record ComponentOnEtcd(
    String component,
    Map<String, String> set,
    Set<String> remove,
    List<String> jvmOptions,
    boolean possible,
    List<String> notes) {
  private static final String NEXT = "\n      ";

  /** All kinds; none if the configuration does not set Pulsar's version. */
  public static List<ComponentOnEtcd> all(Configuration configuration) {
    if (configuration.cluster().pulsarVersion().isEmpty()) {
      return List.of();
    }
    SettingsOverlays overlays = SettingsOverlays.of(configuration);
    List<ComponentOnEtcd> all = new ArrayList<>();
    for (Component component : Component.values()) {
      all.add(of(component.label(), overlays.of(component, Store.ETCD, GarbageCollection.ENABLED)));
      if (component == Component.BOOKIE) {
        all.add(
            of(
                "bookie, collection suspended",
                overlays.of(component, Store.ETCD, GarbageCollection.SUSPENDED)));
      }
    }
    return List.copyOf(all);
  }

  private static ComponentOnEtcd of(String name, ComponentSettings given) {
    Settings settings = given.settings();
    return new ComponentOnEtcd(
        name,
        settings.set(),
        settings.remove(),
        settings.jvmOptions(),
        given.possible(),
        given.notes().stream()
            .map(note -> (note.blocks() ? "NOT POSSIBLE: " : "note: ") + note.text())
            .toList());
  }

  /** One setting a line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(component);
    set.forEach((name, value) -> text.append(NEXT).append(name).append('=').append(value));
    jvmOptions.forEach(option -> text.append(NEXT).append(option));
    if (!remove.isEmpty()) {
      text.append(NEXT).append("without ").append(String.join(", ", remove));
    }
    notes.forEach(note -> text.append(NEXT).append(note));
    return text.toString();
  }
}
