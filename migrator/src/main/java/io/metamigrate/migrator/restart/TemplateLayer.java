package io.metamigrate.migrator.restart;

import com.fasterxml.jackson.core.type.TypeReference;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A complete layer of variables in a StatefulSet's pod template, and its undoing. What a variable
 * was before is kept in an annotation of the set, so the layer can be replaced or taken away by
 * another process.
 *
 * <p>Where a container reads a ConfigMap, the layer is one more ConfigMap after it, for a later
 * source wins; a variable that the container names itself wins over both ({@code
 * Container.envFrom}, Kubernetes API) and is replaced in place.
 */
final class TemplateLayer {
  /** Before what this layer put: container, variable, the variable as it was; empty for none. */
  static final String REPLACED = "metamigrate.io/replaced";

  private static final List<String> SERVERS = List.of("bin/pulsar", "bin/bookkeeper");
  private static final Pattern SERVER_NAME =
      Pattern.compile("bookie|bookkeeper|broker|recovery|pulsar");

  private static final TypeReference<Map<String, Map<String, List<EnvVar>>>> REPLACED_TYPE =
      new TypeReference<>() {};

  private TemplateLayer() {}

  /** The name that a set's overlay ConfigMaps begin with. */
  static String overlayPrefix(StatefulSet set) {
    return set.getMetadata().getName() + "-metamigrate-";
  }

  /**
   * Takes any earlier layer away and puts this one; changes the set given.
   *
   * @param names of all variables that the settings may need, which identify the owner of the layer
   * @param overlay the ConfigMap with the variables, for containers that read ConfigMaps
   */
  static void put(
      StatefulSet set, Set<String> names, Map<String, String> variables, Optional<String> overlay) {
    remove(set);
    Map<String, Map<String, List<EnvVar>>> replaced = new TreeMap<>();
    for (Container container : affected(set, names)) {
      boolean byMap = overlay.isPresent() && readsConfigMap(container);
      if (byMap) {
        container.getEnvFrom().add(source(overlay.get()));
      }
      Map<String, List<EnvVar>> before = new TreeMap<>();
      variables.forEach(
          (name, value) -> {
            if (!byMap || names(container, name)) {
              before.put(name, replace(container, name, List.of(variable(name, value))));
            }
          });
      if (!before.isEmpty()) {
        replaced.put(container.getName(), before);
      }
    }
    if (!replaced.isEmpty()) {
      set.getMetadata().getAnnotations().put(REPLACED, Serialization.asJson(replaced));
    }
  }

  /** Whether the set has a layer. */
  static boolean isOn(StatefulSet set) {
    String prefix = overlayPrefix(set);
    return set.getMetadata().getAnnotations().containsKey(REPLACED)
        || containers(set).stream()
            .flatMap(container -> configMaps(container).stream())
            .anyMatch(map -> map.startsWith(prefix));
  }

  /** Removes the layer, if there is one; changes the set given. */
  static void remove(StatefulSet set) {
    String prefix = overlayPrefix(set);
    String saved = set.getMetadata().getAnnotations().remove(REPLACED);
    Map<String, Map<String, List<EnvVar>>> replaced =
        saved == null ? Map.of() : Serialization.unmarshal(saved, REPLACED_TYPE);
    for (Container container : containers(set)) {
      container
          .getEnvFrom()
          .removeIf(
              from ->
                  from.getConfigMapRef() != null
                      && from.getConfigMapRef().getName().startsWith(prefix));
      replaced
          .getOrDefault(container.getName(), Map.of())
          .forEach((name, before) -> replace(container, name, before));
    }
  }

  /** Names of the ConfigMaps that the container reads whole, in their order. */
  static List<String> configMaps(Container container) {
    return container.getEnvFrom().stream()
        .map(EnvFromSource::getConfigMapRef)
        .filter(reference -> reference != null)
        .map(reference -> reference.getName())
        .toList();
  }

  /**
   * What each container gets from the template, to compare two of them. The API server gives a
   * variable with an empty value back without one.
   */
  static Map<String, List<String>> variables(StatefulSet set) {
    Map<String, List<String>> all = new TreeMap<>();
    for (Container container : containers(set)) {
      List<String> lines = new ArrayList<>(configMaps(container));
      container.getEnv().stream()
          .map(
              one ->
                  one.getValueFrom() != null
                      ? one.getName() + " from " + one.getValueFrom()
                      : one.getName() + "=" + (one.getValue() == null ? "" : one.getValue()))
          .forEach(lines::add);
      all.put(container.getName(), lines);
    }
    return all;
  }

  static boolean readsConfigMaps(StatefulSet set) {
    return containers(set).stream().anyMatch(TemplateLayer::readsConfigMap);
  }

  static List<Container> containers(StatefulSet set) {
    PodSpec pod = set.getSpec().getTemplate().getSpec();
    return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream()).toList();
  }

  /**
   * The containers that a layer of variables of these names is for: those that have such variables,
   * those that lay variables over a file, and in any case the server.
   */
  static List<Container> affected(StatefulSet set, Set<String> names) {
    Container server = server(set);
    return containers(set).stream()
        .filter(
            container ->
                container.equals(server)
                    || readsConfigMap(container)
                    || runs(container, "apply-config")
                    || container.getEnv().stream()
                        .map(EnvVar::getName)
                        .anyMatch(
                            name ->
                                name.startsWith(ImageEnvironment.PREFIX) || names.contains(name)))
        .toList();
  }

  /**
   * By its command, else by its name, else by its variables, else the first. Sidecars, which have
   * none of these, may be listed before it.
   */
  private static Container server(StatefulSet set) {
    List<Container> all = set.getSpec().getTemplate().getSpec().getContainers();
    return Stream.<Predicate<Container>>of(
            container -> SERVERS.stream().anyMatch(word -> runs(container, word)),
            container -> SERVER_NAME.matcher(container.getName()).find(),
            container ->
                readsConfigMap(container)
                    || container.getEnv().stream()
                        .anyMatch(one -> one.getName().startsWith(ImageEnvironment.PREFIX)))
        .flatMap(test -> all.stream().filter(test).limit(1))
        .findFirst()
        .orElseGet(() -> all.get(0));
  }

  private static boolean runs(Container container, String word) {
    return Stream.concat(container.getCommand().stream(), container.getArgs().stream())
        .anyMatch(text -> text.contains(word));
  }

  private static boolean readsConfigMap(Container container) {
    return container.getEnvFrom().stream().anyMatch(from -> from.getConfigMapRef() != null);
  }

  private static boolean names(Container container, String variable) {
    return container.getEnv().stream().anyMatch(present -> present.getName().equals(variable));
  }

  /** Puts these in the variable's place, or at the end, and returns what was there. */
  private static List<EnvVar> replace(Container container, String name, List<EnvVar> by) {
    List<EnvVar> before =
        container.getEnv().stream().filter(present -> present.getName().equals(name)).toList();
    List<EnvVar> next = new ArrayList<>();
    boolean put = false;
    for (EnvVar present : container.getEnv()) {
      if (!present.getName().equals(name)) {
        next.add(present);
      } else if (!put) {
        next.addAll(by);
        put = true;
      }
    }
    if (!put) {
      next.addAll(by);
    }
    container.setEnv(next);
    return before;
  }

  private static EnvVar variable(String name, String value) {
    return new EnvVar(name, value, null);
  }

  private static EnvFromSource source(String configMap) {
    return new EnvFromSourceBuilder()
        .withNewConfigMapRef()
        .withName(configMap)
        .endConfigMapRef()
        .build();
  }
}
