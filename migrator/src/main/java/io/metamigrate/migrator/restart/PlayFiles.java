package io.metamigrate.migrator.restart;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The plays of Ansible that a command names, with the files and roles beside them that they use, as
 * lists, maps and texts. What a variable names is not followed, nor is a role of elsewhere.
 */
final class PlayFiles {
  private static final Pattern WORD_ENDS = Pattern.compile("[\\s;&|\"']+");
  private static final Pattern PLAY = Pattern.compile("[^-{$].*\\.ya?ml");
  private static final String OWN = "ansible.builtin.";
  private static final Set<String> FILES =
      Set.of("import_playbook", "import_tasks", "include_tasks", "include");
  private static final Set<String> ROLES = Set.of("import_role", "include_role");
  private static final List<String> PARTS =
      List.of("tasks/main.yml", "tasks/main.yaml", "handlers/main.yml", "handlers/main.yaml");

  private final List<Object> documents = new ArrayList<>();
  private final Set<Path> read = new HashSet<>();
  private final Path home;

  private PlayFiles(Path play) {
    this.home = Optional.ofNullable(play.getParent()).orElse(Path.of(""));
    file(play);
  }

  /**
   * What each play consists of.
   *
   * @param command the operator's; relative paths are those of this process, as for the command
   * @return by the name of the play; empty if the command runs none
   */
  static Map<String, List<Object>> of(String command) {
    List<String> words = WORD_ENDS.splitAsStream(command).toList();
    Map<String, List<Object>> plays = new LinkedHashMap<>();
    if (words.stream().anyMatch(word -> word.endsWith("ansible-playbook"))) {
      for (String word : words) {
        if (PLAY.matcher(word).matches() && Files.isRegularFile(Path.of(word))) {
          plays.put(word, new PlayFiles(Path.of(word)).documents);
        }
      }
    }
    return plays;
  }

  private void file(Path file) {
    if (!Files.isRegularFile(file) || !read.add(file.toAbsolutePath().normalize())) {
      return;
    }
    try (Reader reader = Files.newBufferedReader(file)) {
      for (Node node : new Yaml(new LoaderOptions()).composeAll(reader)) {
        Object document = plain(node);
        documents.add(document);
        follow(document, Optional.ofNullable(file.getParent()).orElse(Path.of("")));
      }
    } catch (IOException | YAMLException e) {
      // Ansible itself reports it, when the command is run
      documents.add(List.of());
    }
  }

  private void follow(Object part, Path folder) {
    if (part instanceof List<?> list) {
      list.forEach(one -> follow(one, folder));
    } else if (part instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            String name = String.valueOf(key).replace(OWN, "");
            if (FILES.contains(name)) {
              text(value, "file").ifPresent(path -> resolved(folder, path).ifPresent(this::file));
            } else if (ROLES.contains(name)) {
              text(value, "name").ifPresent(this::role);
            } else if (name.equals("roles") && value instanceof List<?> roles) {
              roles.forEach(
                  role -> text(role, "role").or(() -> text(role, "name")).ifPresent(this::role));
            } else {
              follow(value, folder);
            }
          });
    }
  }

  private void role(String name) {
    PARTS.forEach(part -> resolved(home, "roles/" + name + "/" + part).ifPresent(this::file));
  }

  private static Optional<Path> resolved(Path folder, String name) {
    try {
      return Optional.of(folder.resolve(name));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** A text, or the one that a map has under this name. */
  private static Optional<String> text(Object value, String name) {
    return Stream.of(value instanceof Map<?, ?> map ? map.get(name) : value)
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .findFirst();
  }

  /** Without its tags, of which Ansible has its own. */
  private static Object plain(Node node) {
    if (node instanceof SequenceNode list) {
      return list.getValue().stream().map(PlayFiles::plain).toList();
    }
    if (node instanceof MappingNode map) {
      Map<String, Object> all = new LinkedHashMap<>();
      map.getValue()
          .forEach(
              pair ->
                  all.put(String.valueOf(plain(pair.getKeyNode())), plain(pair.getValueNode())));
      return all;
    }
    return node instanceof ScalarNode scalar ? scalar.getValue() : "";
  }
}
