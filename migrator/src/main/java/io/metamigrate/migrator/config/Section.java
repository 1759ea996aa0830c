package io.metamigrate.migrator.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One block of the file while it is read. A value that cannot be read becomes a fault of the
 * document and its default is used meanwhile, so that reading continues and every fault is
 * reported. The keys that were asked for are the keys that are known.
 */
final class Section {
  private static final Pattern OWN_KEY = Pattern.compile("[A-Za-z0-9._-]+");

  /** The final line breaks of a YAML block scalar, or of a file's content in a variable. */
  private static final Pattern LAST_BREAK = Pattern.compile("\\R+$");

  private final Document document;
  private final String path;
  private final int line;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private final Set<String> known = new TreeSet<>();

  private Section(Document document, String path, int line) {
    this.document = document;
    this.path = path;
    this.line = line;
  }

  static Section of(Document document, String path, int line, @Nullable Node node) {
    Section section = new Section(document, path, line);
    if (node instanceof MappingNode mapping) {
      mapping.getValue().forEach(section::add);
    } else if (node != null && !isNull(node)) {
      document.fault(lineOf(node), path, "expected keys and values here");
    }
    return section;
  }

  private void add(NodeTuple entry) {
    int at = lineOf(entry.getKeyNode());
    if (!(entry.getKeyNode() instanceof ScalarNode key)) {
      document.fault(at, path, "a key must be a word");
      return;
    }
    String name = present(key.getValue());
    if (lines.putIfAbsent(name, at) != null) {
      int first = lines.getOrDefault(name, at);
      document.fault(at, dotted(name), "given before, in line " + first + "; keep one");
    } else {
      values.put(name, entry.getValueNode());
    }
  }

  /** Absent if the key is missing, null or empty. */
  Optional<String> text(String key) {
    known.add(key);
    Optional<String> text =
        document
            .environment(dotted(key))
            .or(() -> written(key))
            .map(value -> LAST_BREAK.matcher(value).replaceFirst(""));
    document.setting(lineOf(key), dotted(key), text);
    return text;
  }

  private Optional<String> written(String key) {
    Node node = values.get(key);
    if (node == null || isNull(node)) {
      return Optional.empty();
    }
    if (node instanceof ScalarNode scalar) {
      return Optional.of(scalar.getValue());
    }
    document.fault(lineOf(node), dotted(key), "expected one value here");
    return Optional.empty();
  }

  /** A parser's refusal, an {@link IllegalArgumentException}, becomes the fault's text. */
  <T> Optional<T> value(String key, Function<String, T> parser) {
    return text(key).flatMap(text -> parsed(key, text, parser));
  }

  long number(String key, long otherwise) {
    return value(key, text -> Long.parseLong(wholeNumber(text))).orElse(otherwise);
  }

  int count(String key, int otherwise) {
    return value(key, text -> Integer.parseInt(wholeNumber(text))).orElse(otherwise);
  }

  boolean flag(String key, boolean otherwise) {
    return value(key, Section::trueOrFalse).orElse(otherwise);
  }

  Duration duration(String key, Duration otherwise) {
    return value(key, Durations::parse).orElse(otherwise);
  }

  <E extends Enum<E>> E choice(String key, E otherwise) {
    return value(key, text -> Choices.parse(otherwise.getDeclaringClass(), text)).orElse(otherwise);
  }

  /**
   * A file that must be one that can be read. If it is not, that is a fault, and the path is
   * returned all the same.
   */
  Optional<Path> file(String key) {
    return file(key, Redacted::file);
  }

  private Optional<Path> file(String key, BiFunction<String, Path, String> unreadable) {
    Optional<String> text = text(key);
    Optional<Path> file = text.flatMap(given -> resolved(key, given));
    file.filter(path -> !OperatorFile.isUsable(path))
        .ifPresent(
            path ->
                document.fault(
                    lineOf(key),
                    dotted(key),
                    unreadable.apply(text.orElseThrow(), path) + variableHint(text.orElseThrow())));
    return file;
  }

  private Optional<Path> resolved(String key, String text) {
    try {
      return Optional.of(document.resolve(dotted(key), text));
    } catch (InvalidPathException e) {
      document.fault(lineOf(key), dotted(key), "the value cannot be the path of a file");
      return Optional.empty();
    }
  }

  /** One file, or a list of them. */
  List<Path> files(String key) {
    if (!(values.get(key) instanceof SequenceNode)) {
      return file(key).stream().toList();
    }
    List<Path> files = new ArrayList<>();
    for (String text : strings(key, List.of())) {
      resolved(key, text).ifPresent(files::add);
      resolved(key, text)
          .filter(path -> !OperatorFile.isUsable(path))
          .ifPresent(path -> document.fault(lineOf(key), dotted(key), Redacted.file(text, path)));
    }
    return files;
  }

  /** A file with a secret in it, which not every user of the machine may write. */
  Optional<Path> secretFile(String key) {
    Optional<Path> file = file(key, Redacted::secretFile);
    file.filter(OperatorFile::isUsable)
        .flatMap(path -> SecretRights.fault(dotted(key), path))
        .ifPresent(fault -> document.fault(lineOf(key), dotted(key), fault));
    return file;
  }

  /** A file with a secret and nothing else. */
  Optional<SecretFile> secret(String key) {
    return secretFile(key).map(SecretFile::new);
  }

  /** A list, or one value that is split at commas. */
  List<String> strings(String key, List<String> otherwise) {
    known.add(key);
    Node node = values.get(key);
    if (node instanceof SequenceNode list && document.environment(dotted(key)).isEmpty()) {
      List<String> texts = new ArrayList<>();
      for (Node item : list.getValue()) {
        if (item instanceof ScalarNode scalar && !isNull(item)) {
          texts.add(scalar.getValue());
        } else {
          document.fault(lineOf(item), dotted(key), "expected one value for each item");
        }
      }
      document.setting(lineOf(key), dotted(key), Optional.of(texts.toString()));
      return texts;
    }
    return text(key).map(text -> Arrays.asList(text.split("\\s*,\\s*"))).orElse(otherwise);
  }

  <T> Optional<T> parsed(String key, String text, Function<String, T> parser) {
    try {
      return Optional.of(parser.apply(text));
    } catch (IllegalArgumentException e) {
      document.fault(lineOf(key), dotted(key), e.getMessage() + variableHint(text));
      return Optional.empty();
    }
  }

  boolean has(String key) {
    known.add(key);
    Node node = values.get(key);
    return (node != null && !isNull(node))
        || document.environment(dotted(key)).isPresent()
        || document.environmentHolds(dotted(key));
  }

  /** Reports a value that must be given and is not. */
  void require(String key, String message) {
    if (!has(key)) {
      document.fault(lineOf(key), dotted(key), message);
    }
  }

  /** The block below a key; an empty one if there is none. */
  Section section(String key) {
    known.add(key);
    return of(document, dotted(key), lineOf(key), values.get(key));
  }

  /** The blocks of a list. */
  List<Section> sections(String key) {
    if (!has(key)) {
      return List.of();
    }
    List<Section> sections = new ArrayList<>();
    if (values.get(key) instanceof SequenceNode list) {
      for (Node item : list.getValue()) {
        String name = dotted(key) + "[" + sections.size() + "]";
        sections.add(of(document, name, lineOf(item), item));
      }
    } else {
      document.fault(lineOf(key), dotted(key), "expected a list here: one '- ' for each item");
    }
    return sections;
  }

  /** Keys that the operator chooses, each with one value. */
  Map<String, String> entries() {
    Map<String, String> entries = new LinkedHashMap<>();
    for (String key : values.keySet()) {
      if (OWN_KEY.matcher(key).matches()) {
        text(key).ifPresent(text -> entries.put(key, text));
      } else {
        document.fault(lineOf(key), path, "a name here has letters, digits, '.', '_' and '-' only");
      }
    }
    return entries;
  }

  /** Reports the keys that nobody asked for, makes the record, and reports what it refuses. */
  <T> T build(Supplier<T> maker, T otherwise) {
    for (String key : lines.keySet()) {
      if (!known.contains(key)) {
        document.fault(lineOf(key), dotted(key), unknown(key));
      }
    }
    try {
      return maker.get();
    } catch (InvalidValuesException e) {
      e.values()
          .forEach(bad -> document.fault(lineOf(bad.key()), dotted(bad.key()), bad.message()));
      return otherwise;
    }
  }

  private String unknown(String key) {
    return "unknown key; "
        + NearestKey.question(key, known)
            .orElseGet(() -> "known here: " + String.join(", ", known));
  }

  private int lineOf(String key) {
    return lines.getOrDefault(key, line);
  }

  private String dotted(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** A file of an earlier release may have a former name. */
  private String present(String key) {
    return FormerNames.key(dotted(key)).substring(path.isEmpty() ? 0 : path.length() + 1);
  }

  private static int lineOf(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL)
        || (node instanceof ScalarNode scalar && scalar.getValue().isBlank());
  }

  /** As shells, compose files and templates of charts write them. */
  private static String variableHint(String text) {
    return text.matches("(?s).*\\$[A-Za-z_{(].*")
        ? "; variables such as $HOST are not replaced here: write the value, or set the key's own"
            + " METAMIGRATE_... variable"
        : "";
  }

  private static String wholeNumber(String text) {
    if (!text.matches("-?\\d{1,9}")) {
      throw new IllegalArgumentException("'" + text + "' is not a whole number");
    }
    return text;
  }

  private static boolean trueOrFalse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    };
  }
}
