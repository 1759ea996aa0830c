package io.metamigrate.migrator.restart;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a server is to run with, as a complete layer over the operator's own configuration.
 *
 * @param set settings with their values
 * @param remove settings of the operator's that must not be in effect: out of the file, or empty
 * @param restore settings that an earlier layer may have set and that are the operator's own again
 * @param jvmOptions options of the Java virtual machine, each one word
 */
public record Settings(
    SortedMap<String, String> set,
    SortedSet<String> remove,
    SortedSet<String> restore,
    List<String> jvmOptions) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9._-]{0,127}");
  private static final Pattern OPTION = Pattern.compile("-[A-Za-z0-9._:=,/+@%-]{1,500}");

  public Settings {
    set = Collections.unmodifiableSortedMap(new TreeMap<>(set));
    remove = Collections.unmodifiableSortedSet(new TreeSet<>(remove));
    restore = Collections.unmodifiableSortedSet(new TreeSet<>(restore));
    jvmOptions = List.copyOf(jvmOptions);
    set.keySet().forEach(Settings::checkName);
    remove.forEach(Settings::checkName);
    restore.forEach(Settings::checkName);
    set.forEach(Settings::checkValue);
    if (!disjoint(set.keySet(), remove)
        || !disjoint(set.keySet(), restore)
        || !disjoint(remove, restore)) {
      throw new IllegalArgumentException(
          "A setting is named twice, in set "
              + set.keySet()
              + ", remove "
              + remove
              + ", restore "
              + restore);
    }
    for (String option : jvmOptions) {
      if (!OPTION.matcher(option).matches()) {
        throw new IllegalArgumentException("JVM option is not one plain word: " + option);
      }
    }
  }

  /** No layer: the operator's own configuration alone. */
  public static Settings none() {
    return of(Map.of(), Set.of());
  }

  public static Settings of(Map<String, String> set, Set<String> remove) {
    return of(set, remove, Set.of(), List.of());
  }

  /** As the constructor, from any map and sets. */
  public static Settings of(
      Map<String, String> set, Set<String> remove, Set<String> restore, List<String> jvmOptions) {
    return new Settings(
        new TreeMap<>(set), new TreeSet<>(remove), new TreeSet<>(restore), jvmOptions);
  }

  private static boolean disjoint(Collection<String> some, Collection<String> others) {
    return Collections.disjoint(some, others);
  }

  private static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("Setting has a name that no server knows: " + name);
    }
  }

  private static void checkValue(String name, String value) {
    if (value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw new IllegalArgumentException(
          "Setting " + name + " has a value with a line break or a control character");
    }
  }
}
