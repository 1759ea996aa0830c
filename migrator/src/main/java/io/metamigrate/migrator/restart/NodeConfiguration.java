package io.metamigrate.migrator.restart;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a node starts with next, as its driver reads it: the operator's own configuration with the
 * move's layer over it, if there is one.
 *
 * <p>Where a name points to a secret, the value is not kept.
 *
 * @param settings variables or lines of a file, by name
 * @param digests SHA-256 of each file or object that they come from, in hexadecimal digits
 * @param jvmOptions what is added to the options of the Java virtual machine
 * @param replicas how many its set or service has, if it is one
 * @param silence why the driver cannot read it; nothing else is known then
 */
public record NodeConfiguration(
    SortedMap<String, String> settings,
    SortedMap<String, String> digests,
    List<String> jvmOptions,
    Optional<Integer> replicas,
    Optional<String> silence) {
  private static final String HIDDEN = "(hidden)";
  private static final Pattern SECRET =
      Pattern.compile(
          "password|passwd|secret|token|credential|authparam|authenticationparam|privatekey"
              + "|apikey|accesskey",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern SECRET_OPTION =
      Pattern.compile("(-[^=]*(?:" + SECRET.pattern() + ")[^=]*=).*", Pattern.CASE_INSENSITIVE);

  public NodeConfiguration {
    SortedMap<String, String> kept = new TreeMap<>(settings);
    kept.replaceAll((name, value) -> kept(name, value));
    settings = Collections.unmodifiableSortedMap(kept);
    digests = Collections.unmodifiableSortedMap(new TreeMap<>(digests));
    jvmOptions = jvmOptions.stream().map(NodeConfiguration::kept).toList();
  }

  /** The driver cannot read it. */
  public static NodeConfiguration unknown(String why) {
    return new NodeConfiguration(
        new TreeMap<>(), new TreeMap<>(), List.of(), Optional.empty(), Optional.of(why));
  }

  /** The same from any maps; the options are those of the variable {@code OPTS}. */
  static NodeConfiguration of(
      Map<String, String> settings, Map<String, String> digests, Optional<Integer> replicas) {
    List<String> options =
        Stream.of(settings.getOrDefault(ImageEnvironment.OPTIONS, "").strip().split("\\s+"))
            .filter(option -> !option.isEmpty())
            .toList();
    return new NodeConfiguration(
        new TreeMap<>(settings), new TreeMap<>(digests), options, replicas, Optional.empty());
  }

  static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A setting under its own name or as a variable of Pulsar's images; a blank one is none. */
  public Optional<String> setting(String name) {
    return Optional.ofNullable(settings.get(ImageEnvironment.PREFIX + name))
        .or(() -> Optional.ofNullable(settings.get(name)))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  /** The first thing that a node lacks of what it was given; nothing if it cannot be read. */
  public Optional<String> firstMissing(Settings given) {
    if (silence.isPresent()) {
      return Optional.empty();
    }
    for (Map.Entry<String, String> one : given.set().entrySet()) {
      String present = setting(one.getKey()).orElse("");
      if (!present.equals(kept(one.getKey(), one.getValue().strip()))) {
        return Optional.of(
            "%s is \"%s\" and not \"%s\"".formatted(one.getKey(), present, one.getValue()));
      }
    }
    for (String name : given.remove()) {
      if (setting(name).isPresent()) {
        return Optional.of(name + " is still set");
      }
    }
    return given.jvmOptions().stream()
        .map(NodeConfiguration::kept)
        .filter(option -> !jvmOptions.contains(option))
        .findFirst()
        .map(option -> "the JVM option " + option + " is not there");
  }

  /** Names of what differs from how it was; values are left out, which may be anything. */
  public List<String> differences(NodeConfiguration before) {
    if (silence.isPresent() || before.silence().isPresent()) {
      return List.of();
    }
    List<String> differing = new ArrayList<>(names(before.settings(), settings));
    names(before.digests(), digests).forEach(name -> differing.add("content of " + name));
    if (!before.jvmOptions().equals(jvmOptions)) {
      differing.add("JVM options");
    }
    if (!before.replicas().equals(replicas)) {
      differing.add("replicas");
    }
    return List.copyOf(differing);
  }

  private static List<String> names(Map<String, String> before, Map<String, String> now) {
    TreeSet<String> all = new TreeSet<>(before.keySet());
    all.addAll(now.keySet());
    return all.stream()
        .filter(name -> !before.getOrDefault(name, "").equals(now.getOrDefault(name, "")))
        .toList();
  }

  private static String kept(String name, String value) {
    if (name.equals(ImageEnvironment.OPTIONS)) {
      return Stream.of(value.strip().split("\\s+"))
          .map(NodeConfiguration::kept)
          .reduce((one, other) -> one + " " + other)
          .orElse("");
    }
    return SECRET.matcher(name).find() && !value.isBlank() ? HIDDEN : value;
  }

  private static String kept(String option) {
    return SECRET_OPTION.matcher(option).replaceFirst("$1" + HIDDEN);
  }
}
