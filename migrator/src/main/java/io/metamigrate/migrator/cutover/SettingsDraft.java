package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Settings being put together; a later value of a name replaces the earlier one. */
final class SettingsDraft {
  private final Map<String, String> own;
  private final Map<String, String> set = new TreeMap<>();
  private final Set<String> remove = new LinkedHashSet<>();
  private final Set<String> restore = new LinkedHashSet<>();
  private final List<String> jvmOptions = new ArrayList<>();
  private final List<ComponentSettings.Note> notes = new ArrayList<>();

  SettingsDraft(Map<String, String> own) {
    this.own = Map.copyOf(own);
  }

  void set(String name, String value) {
    forget(name);
    set.put(name, value);
  }

  void remove(Collection<String> names) {
    names.forEach(this::forget);
    remove.addAll(names);
  }

  /** Back to the operator's own value, set explicitly if known. */
  void restore(Collection<String> names) {
    for (String name : names) {
      forget(name);
      String value = own.get(name);
      if (value == null) {
        restore.add(name);
      } else {
        set.put(name, value);
      }
    }
  }

  void jvmOptions(List<String> options) {
    jvmOptions.addAll(options);
  }

  void note(String text) {
    notes.add(new ComponentSettings.Note(false, text));
  }

  void blocks(String text) {
    notes.add(new ComponentSettings.Note(true, text));
  }

  ComponentSettings finish() {
    return new ComponentSettings(Settings.of(set, remove, restore, jvmOptions), notes);
  }

  private void forget(String name) {
    set.remove(name);
    remove.remove(name);
    restore.remove(name);
  }
}
