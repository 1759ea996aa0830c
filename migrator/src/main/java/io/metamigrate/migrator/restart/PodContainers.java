package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.ExecAction;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.ObjectFieldSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.metamigrate.migrator.deployment.ConfigurationFile;
import io.metamigrate.migrator.deployment.Container;
import io.metamigrate.migrator.deployment.EnvironmentScripts;
import io.metamigrate.migrator.deployment.Mount;
import io.metamigrate.migrator.deployment.Mount.Storage;
import io.metamigrate.migrator.deployment.ServerFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the containers of a pod run, with which variables and files, as values for the rules. */
final class PodContainers {
  private static final String HOST_LABEL = "kubernetes.io/hostname";

  /** {@code $(NAME)}, and the dollar sign that hides it. */
  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\$|\\$\\(([A-Za-z_][A-Za-z0-9_.-]*)\\)");

  private static final Pattern WORD_ENDS = Pattern.compile("[\\s;&|\"'()`]+");

  /** Fields that are different for each pod that is made under a name. */
  private static final Set<String> OF_ONE_POD =
      Set.of("metadata.uid", "status.podIP", "status.podIPs");

  private final Function<String, ? extends Map<String, String>> configMaps;

  /**
   * @param configMaps the data of the ConfigMap of this name; empty if there is none
   */
  PodContainers(Function<String, ? extends Map<String, String>> configMaps) {
    this.configMaps = configMaps;
  }

  /**
   * All containers of the pod.
   *
   * @param claims names of the set's own volume claims
   */
  List<Container> of(PodSpec pod, Set<String> claims) {
    List<Container> all = new ArrayList<>();
    pod.getInitContainers().forEach(one -> all.add(container(one, true, pod, claims)));
    pod.getContainers().forEach(one -> all.add(container(one, false, pod, claims)));
    return all;
  }

  private Container container(
      io.fabric8.kubernetes.api.model.Container one,
      boolean init,
      PodSpec pod,
      Set<String> claims) {
    String command =
        Stream.concat(one.getCommand().stream(), one.getArgs().stream())
            .collect(Collectors.joining(" "));
    Map<String, String> environment = environment(one);
    Map<String, String> files = files(one, pod);
    String scripts = EnvironmentScripts.among(files);
    return new Container(
        one.getName(),
        init,
        withScripts(command, files),
        environment,
        one.getVolumeMounts().stream().map(mount -> mount(mount, one, pod, claims)).toList(),
        new ServerFiles(
            ConfigurationFile.of(command, EnvironmentScripts.apply(scripts, environment), files),
            scripts),
        withScripts(hooks(one), files));
  }

  private Map<String, String> environment(io.fabric8.kubernetes.api.model.Container one) {
    Map<String, String> environment = new TreeMap<>();
    for (EnvFromSource from : one.getEnvFrom()) {
      if (from.getConfigMapRef() != null) {
        String prefix = Objects.requireNonNullElse(from.getPrefix(), "");
        configMaps
            .apply(from.getConfigMapRef().getName())
            .forEach((name, value) -> environment.put(prefix + name, value));
      }
    }
    one.getEnv()
        .forEach(
            variable ->
                value(variable, environment)
                    .ifPresent(value -> environment.put(variable.getName(), value)));
    return environment;
  }

  /** Its own, or that of a ConfigMap's key; one of a secret is not read. */
  private Optional<String> value(EnvVar variable, Map<String, String> before) {
    return Optional.ofNullable(variable.getValue())
        .map(value -> expanded(value, before))
        .or(
            () ->
                Optional.ofNullable(variable.getValueFrom())
                    .map(EnvVarSource::getConfigMapKeyRef)
                    .map(key -> configMaps.apply(key.getName()).get(key.getKey())));
  }

  /**
   * As the kubelet does it: a variable that is not known stays as it is written ({@code
   * Container.command}, Kubernetes API).
   */
  private static String expanded(String value, Map<String, String> before) {
    return REFERENCE
        .matcher(value)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    found.group(1) == null
                        ? "$"
                        : before.getOrDefault(found.group(1), found.group())));
  }

  private static String hooks(io.fabric8.kubernetes.api.model.Container one) {
    Stream<ExecAction> probes =
        Stream.of(one.getStartupProbe(), one.getReadinessProbe(), one.getLivenessProbe())
            .filter(Objects::nonNull)
            .map(Probe::getExec);
    Stream<ExecAction> hooks =
        Optional.ofNullable(one.getLifecycle()).stream()
            .flatMap((Lifecycle all) -> Stream.of(all.getPostStart(), all.getPreStop()))
            .filter(Objects::nonNull)
            .map(LifecycleHandler::getExec);
    return Stream.concat(hooks, probes)
        .filter(Objects::nonNull)
        .map(exec -> String.join(" ", exec.getCommand()))
        .collect(Collectors.joining("\n"));
  }

  /** Files that come from ConfigMaps, by their paths in the container. */
  private Map<String, String> files(io.fabric8.kubernetes.api.model.Container one, PodSpec pod) {
    Map<String, String> files = new TreeMap<>();
    for (VolumeMount mount : one.getVolumeMounts()) {
      String at = mount.getMountPath().replaceFirst("/+$", "");
      String within = Objects.requireNonNullElse(mount.getSubPath(), "");
      volume(pod, mount.getName())
          .map(this::files)
          .orElse(Map.of())
          .forEach(
              (path, content) -> {
                if (within.isEmpty()) {
                  files.put(at + "/" + path, content);
                } else if (path.equals(within) || path.startsWith(within + "/")) {
                  files.put(at + path.substring(within.length()), content);
                }
              });
    }
    return files;
  }

  /** By their paths in the volume. */
  private Map<String, String> files(Volume volume) {
    Map<String, String> files = new TreeMap<>();
    Optional.ofNullable(volume.getConfigMap())
        .ifPresent(map -> files.putAll(files(map.getName(), map.getItems())));
    Optional.ofNullable(volume.getProjected()).stream()
        .flatMap(projected -> projected.getSources().stream())
        .map(VolumeProjection::getConfigMap)
        .filter(Objects::nonNull)
        .forEach(map -> files.putAll(files(map.getName(), map.getItems())));
    return files;
  }

  /** All keys under their names, unless items name some of them and their paths. */
  private Map<String, String> files(String configMap, List<KeyToPath> items) {
    Map<String, String> data = configMaps.apply(configMap);
    if (items.isEmpty()) {
      return data;
    }
    Map<String, String> files = new TreeMap<>();
    for (KeyToPath item : items) {
      Optional.ofNullable(data.get(item.getKey()))
          .ifPresent(content -> files.put(item.getPath(), content));
    }
    return files;
  }

  /** With the content of each file that it runs, and of those that these run. */
  private static String withScripts(String command, Map<String, String> files) {
    Map<String, String> left = new TreeMap<>(files);
    left.keySet().removeIf(ConfigurationFile::isConfigurationFile);
    StringBuilder text = new StringBuilder(command);
    for (int before = -1; before != left.size(); ) {
      before = left.size();
      List<String> run =
          left.keySet().stream().filter(path -> runs(text.toString(), path)).toList();
      run.forEach(path -> text.append('\n').append(left.remove(path)));
    }
    return text.toString();
  }

  /** By its path, or by its name in a folder that the command has gone to. */
  private static boolean runs(String text, String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return text.contains(path)
        || WORD_ENDS
            .splitAsStream(text)
            .anyMatch(word -> word.equals(name) || word.equals("./" + name));
  }

  private static Mount mount(
      VolumeMount mount,
      io.fabric8.kubernetes.api.model.Container one,
      PodSpec pod,
      Set<String> claims) {
    Mount whole = mount(mount, pod, claims);
    Optional<String> field =
        REFERENCE
            .matcher(Objects.requireNonNullElse(mount.getSubPathExpr(), ""))
            .results()
            .flatMap(found -> field(one, found.group(1)).stream())
            .filter(OF_ONE_POD::contains)
            .findFirst();
    return field.isEmpty()
        ? whole
        : new Mount(
            whole.path(),
            Storage.LOST,
            "%s, in a folder that is named by the pod's %s".formatted(whole.source(), field.get()));
  }

  /** The field of the pod that this variable has. */
  private static Optional<String> field(
      io.fabric8.kubernetes.api.model.Container one, String variable) {
    return one.getEnv().stream()
        .filter(present -> present.getName().equals(variable))
        .map(EnvVar::getValueFrom)
        .filter(Objects::nonNull)
        .map(EnvVarSource::getFieldRef)
        .filter(Objects::nonNull)
        .map(ObjectFieldSelector::getFieldPath)
        .findFirst();
  }

  private static Mount mount(VolumeMount mount, PodSpec pod, Set<String> claims) {
    String name = mount.getName();
    if (claims.contains(name)) {
      return new Mount(mount.getMountPath(), Storage.KEPT, "volume claim " + name);
    }
    Optional<Volume> volume = volume(pod, name);
    if (volume.isEmpty()) {
      return new Mount(mount.getMountPath(), Storage.LOST, "volume " + name + ", which is nowhere");
    }
    Volume found = volume.get();
    if (found.getEmptyDir() != null) {
      return new Mount(mount.getMountPath(), Storage.LOST, "emptyDir " + name);
    }
    if (found.getEphemeral() != null || found.getCsi() != null) {
      return new Mount(
          mount.getMountPath(), Storage.LOST, "volume " + name + ", which goes with the pod");
    }
    boolean given =
        found.getConfigMap() != null
            || found.getSecret() != null
            || found.getProjected() != null
            || found.getDownwardAPI() != null;
    if (found.getHostPath() != null && !isPinned(pod)) {
      return new Mount(
          mount.getMountPath(), Storage.HOST, "folder " + found.getHostPath().getPath());
    }
    return new Mount(mount.getMountPath(), given ? Storage.GIVEN : Storage.KEPT, "volume " + name);
  }

  /** Whether the pod names its host, or a requirement on nodes that does. */
  private static boolean isPinned(PodSpec pod) {
    return pod.getNodeName() != null
        || pod.getNodeSelector().containsKey(HOST_LABEL)
        || Optional.ofNullable(pod.getAffinity())
            .map(Affinity::getNodeAffinity)
            .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
            .stream()
            .flatMap(required -> required.getNodeSelectorTerms().stream())
            .flatMap(
                term ->
                    Stream.concat(
                        term.getMatchExpressions().stream(), term.getMatchFields().stream()))
            .anyMatch(
                one -> one.getKey().equals(HOST_LABEL) || one.getKey().equals("metadata.name"));
  }

  private static Optional<Volume> volume(PodSpec pod, String name) {
    return pod.getVolumes().stream().filter(volume -> volume.getName().equals(name)).findFirst();
  }
}
