package io.metamigrate.migrator.restart;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.migrator.deployment.ConfigurationFile;
import io.metamigrate.migrator.deployment.Container;
import io.metamigrate.migrator.deployment.DeploymentFinding;
import io.metamigrate.migrator.deployment.EnvironmentScripts;
import io.metamigrate.migrator.deployment.Mount;
import io.metamigrate.migrator.deployment.Mount.Storage;
import io.metamigrate.migrator.deployment.NextPod;
import io.metamigrate.migrator.deployment.Role;
import io.metamigrate.migrator.deployment.ServerFiles;
import io.metamigrate.migrator.deployment.Workload;
import io.metamigrate.migrator.deployment.Workload.Scaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The services of a compose file, as {@code docker compose config} prints it, for the rules. */
final class ComposeWorkloads {
  private static final Pattern WORD_ENDS = Pattern.compile("[\\s;&|\"']+");
  private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}(:\\d{1,5})?");
  private static final Pattern PULLS = Pattern.compile("always|refresh|daily|weekly|every_.*");
  private static final String CONF = "/pulsar/conf/";
  private static final List<String> NAMES =
      List.of(
          "bookkeeper.conf", "broker.conf", "proxy.conf", "websocket.conf", "functions_worker.yml");
  private static final long LARGEST_SCRIPT = 64 * 1024;

  private ComposeWorkloads() {}

  /**
   * All services.
   *
   * @param volumes folders of a service's container that are on volumes, also on those that only
   *     its image declares
   */
  static List<Workload> of(
      JsonNode file, Collection<Node> nodes, Map<String, List<String>> volumes) {
    List<Workload> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : file.path("services").properties()) {
      Workload workload = workload(entry.getKey(), entry.getValue(), file, nodes);
      all.add(
          workload.withMounts(
              anonymous(volumes.getOrDefault(entry.getKey(), List.of()), workload)));
    }
    return all;
  }

  /**
   * What the image keeps on volumes of its own, which compose hands on to the next container. Data
   * there are not kept: {@code docker compose down} forgets them.
   */
  private static List<Mount> anonymous(List<String> folders, Workload workload) {
    Set<String> named =
        workload.containers().stream()
            .flatMap(container -> container.mounts().stream())
            .map(Mount::path)
            .collect(Collectors.toSet());
    return folders.stream()
        .filter(folder -> !named.contains(folder))
        .map(folder -> new Mount(folder, Storage.DECLARED, "a volume that its image declares"))
        .toList();
  }

  private static Workload workload(
      String name, JsonNode service, JsonNode file, Collection<Node> nodes) {
    List<Node> own = nodes.stream().filter(node -> node.name().equals(name)).toList();
    Role role =
        own.stream()
            .findFirst()
            .map(node -> KubernetesRehearsal.role(node.component()))
            .orElse(Role.OTHER);
    String command =
        Stream.concat(words(service.path("entrypoint")), words(service.path("command")))
            .collect(Collectors.joining(" "));
    String hooks = hooks(service);
    Map<String, String> environment = ComposeCommand.variables(service);
    Map<String, String> files = files(service, file.path("configs"));
    String scripts = EnvironmentScripts.among(files);
    Container container =
        new Container(
            name,
            false,
            command + scripts(command, service) + configs(command, service, file.path("configs")),
            environment,
            mounts(service, file),
            new ServerFiles(
                ConfigurationFile.of(
                    command, EnvironmentScripts.apply(scripts, environment), files),
                scripts),
            hooks + scripts(hooks, service) + configs(hooks, service, file.path("configs")));
    return new Workload(
        "service",
        name,
        role,
        List.of(container),
        List.of(),
        labels(service.path("labels")),
        Scaling.one(),
        role == Role.BOOKIE ? addressIds(own, service, container) : List.of());
  }

  /** Those of these services whose images a start pulls, or would build. */
  static List<DeploymentFinding> pulled(JsonNode file, Collection<String> services) {
    List<DeploymentFinding> found = new ArrayList<>();
    for (String name : services) {
      JsonNode service = file.path("services").path(name);
      String policy = service.path("pull_policy").asText();
      if (PULLS.matcher(policy).matches()) {
        found.add(NextPod.pulledAgain(name, service.path("image").asText(), policy));
      } else if (policy.equals("build")) {
        found.add(NextPod.notBuilt(name));
      }
    }
    return found;
  }

  /** A container's address changes when it is created again, unless the file fixes it. */
  private static List<String> addressIds(List<Node> own, JsonNode service, Container container) {
    boolean isHosts = service.path("network_mode").asText().equals("host");
    String fixed = service.path("networks").toString();
    return own.stream()
        .map(Node::id)
        .filter(id -> !isHosts && ADDRESS.matcher(id).matches())
        .filter(id -> container.setting("bookieId").isEmpty())
        .filter(
            id -> {
              String host = id.replaceFirst(":\\d{1,5}$", "");
              return !fixed.contains("\"" + host + "\"")
                  && !container.setting("advertisedAddress").filter(host::equals).isPresent();
            })
        .toList();
  }

  /** A map, or a list of {@code NAME=VALUE}. */
  private static Map<String, String> labels(JsonNode labels) {
    Map<String, String> all = new TreeMap<>();
    if (labels.isObject()) {
      labels.properties().forEach(one -> all.put(one.getKey(), one.getValue().asText()));
    } else {
      words(labels)
          .map(text -> text.split("=", 2))
          .forEach(pair -> all.put(pair[0], pair.length > 1 ? pair[1] : ""));
    }
    return all;
  }

  /** A list of words, or one text. */
  private static Stream<String> words(JsonNode command) {
    return command.isTextual()
        ? Stream.of(command.asText())
        : StreamSupport.stream(command.spliterator(), false).map(JsonNode::asText);
  }

  private static List<Mount> mounts(JsonNode service, JsonNode file) {
    List<Mount> mounts = new ArrayList<>();
    for (JsonNode volume : service.path("volumes")) {
      String source = volume.path("source").asText("");
      String type = volume.path("type").asText();
      boolean inMemory =
          type.equals("tmpfs") || options(file, source).path("type").asText().equals("tmpfs");
      boolean isUnnamed = type.equals("volume") && source.isEmpty();
      mounts.add(
          new Mount(
              volume.path("target").asText("/"),
              inMemory
                  ? Storage.LOST
                  : isUnnamed
                      ? Storage.TRANSFERRED
                      : isReadOnly(volume) ? Storage.GIVEN : Storage.KEPT,
              inMemory ? "a tmpfs" : isUnnamed ? "a volume without a name" : "volume " + source));
    }
    words(service.path("tmpfs"))
        .map(path -> path.split(":", 2)[0])
        .filter(path -> !path.isEmpty())
        .forEach(path -> mounts.add(new Mount(path, Storage.LOST, "a tmpfs")));
    for (JsonNode config : service.path("configs")) {
      mounts.add(new Mount(target(config), Storage.GIVEN, "config " + source(config)));
    }
    for (JsonNode secret : service.path("secrets")) {
      String target = secret.path("target").asText(source(secret));
      mounts.add(
          new Mount(
              target.startsWith("/") ? target : "/run/secrets/" + target,
              Storage.GIVEN,
              "secret " + source(secret)));
    }
    // of another service; what it has for itself comes with it
    words(service.path("volumes_from"))
        .map(name -> file.path("services").path(name.split(":", 2)[0]))
        .forEach(other -> mounts.addAll(mounts(other, file)));
    return mounts;
  }

  private static JsonNode options(JsonNode file, String volume) {
    return file.path("volumes").path(volume).path("driver_opts");
  }

  private static String source(JsonNode config) {
    return config.path("source").asText();
  }

  private static String target(JsonNode config) {
    return config.path("target").asText("/" + source(config));
  }

  /** The content of each config of the file that the command runs. */
  private static String configs(String command, JsonNode service, JsonNode configs) {
    StringBuilder text = new StringBuilder();
    for (JsonNode config : service.path("configs")) {
      if (command.contains(target(config))) {
        text.append(content(configs.path(source(config))));
      }
    }
    return text.toString();
  }

  /** What its health check and its hooks run. */
  private static String hooks(JsonNode service) {
    return Stream.concat(
            Stream.of(service.path("healthcheck").path("test")),
            Stream.of("post_start", "pre_stop")
                .flatMap(hook -> StreamSupport.stream(service.path(hook).spliterator(), false))
                .map(hook -> hook.path("command")))
        .map(command -> words(command).collect(Collectors.joining(" ")))
        .filter(command -> !command.isEmpty())
        .map(command -> command.replaceFirst("^CMD(-SHELL)? ", ""))
        .collect(Collectors.joining("\n"));
  }

  /** A configuration that a container may not write, as one that is given. */
  private static boolean isReadOnly(JsonNode volume) {
    return volume.path("read_only").asBoolean()
        && (volume.path("target").asText() + "/").startsWith(CONF);
  }

  /** The content of each file of this host that is bound into the container and is run there. */
  private static String scripts(String command, JsonNode service) {
    StringBuilder text = new StringBuilder();
    for (JsonNode volume : service.path("volumes")) {
      if (!volume.path("type").asText().equals("bind")) {
        continue;
      }
      String target = volume.path("target").asText();
      Path source = Path.of(volume.path("source").asText());
      for (String word : WORD_ENDS.splitAsStream(command).toList()) {
        if (word.equals(target)) {
          text.append(content(source));
        } else if (word.startsWith(target + "/")) {
          text.append(content(source.resolve(word.substring(target.length() + 1))));
        }
      }
    }
    return text.toString();
  }

  /**
   * The files of the server's configuration folder that come from this host or the compose file, by
   * path in the container.
   */
  private static Map<String, String> files(JsonNode service, JsonNode configs) {
    Map<String, String> files = new TreeMap<>();
    for (JsonNode volume : service.path("volumes")) {
      String target = volume.path("target").asText();
      Path source = Path.of(volume.path("source").asText());
      if (volume.path("type").asText().equals("bind")) {
        if (Files.isDirectory(source)) {
          Stream.concat(NAMES.stream(), EnvironmentScripts.NAMES.stream())
              .forEach(name -> files.put(target + "/" + name, content(source.resolve(name))));
        } else {
          files.put(target, content(source));
        }
      }
    }
    for (JsonNode config : service.path("configs")) {
      files.put(target(config), content(configs.path(source(config))));
    }
    files.values().removeIf(String::isEmpty);
    return files;
  }

  private static String content(JsonNode config) {
    return config.has("file")
        ? content(Path.of(config.path("file").asText()))
        : "\n" + config.path("content").asText();
  }

  private static String content(Path script) {
    try {
      return Files.isRegularFile(script) && Files.size(script) <= LARGEST_SCRIPT
          ? "\n" + Files.readString(script)
          : "";
    } catch (IOException e) {
      return "";
    }
  }
}
