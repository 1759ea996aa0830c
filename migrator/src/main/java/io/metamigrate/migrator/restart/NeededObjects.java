package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** ConfigMaps and Secrets without which a pod does not start, with the keys that they must have. */
final class NeededObjects {
  private final SortedMap<String, Set<String>> configMaps = new TreeMap<>();
  private final SortedMap<String, Set<String>> secrets = new TreeMap<>();

  NeededObjects(PodSpec template) {
    PodResources.containers(template).forEach(this::container);
    template.getVolumes().forEach(this::volume);
  }

  SortedMap<String, Set<String>> configMaps() {
    return configMaps;
  }

  SortedMap<String, Set<String>> secrets() {
    return secrets;
  }

  private void container(Container container) {
    container
        .getEnvFrom()
        .forEach(
            from -> {
              Optional.ofNullable(from.getConfigMapRef())
                  .ifPresent(map -> add(configMaps, map.getName(), map.getOptional(), List.of()));
              Optional.ofNullable(from.getSecretRef())
                  .ifPresent(one -> add(secrets, one.getName(), one.getOptional(), List.of()));
            });
    container.getEnv().stream()
        .map(variable -> variable.getValueFrom())
        .filter(Objects::nonNull)
        .forEach(
            from -> {
              Optional.ofNullable(from.getConfigMapKeyRef())
                  .ifPresent(
                      key ->
                          add(configMaps, key.getName(), key.getOptional(), List.of(key.getKey())));
              Optional.ofNullable(from.getSecretKeyRef())
                  .ifPresent(
                      key -> add(secrets, key.getName(), key.getOptional(), List.of(key.getKey())));
            });
  }

  private void volume(Volume volume) {
    Optional.ofNullable(volume.getConfigMap())
        .ifPresent(map -> add(configMaps, map.getName(), map.getOptional(), keys(map.getItems())));
    Optional.ofNullable(volume.getSecret())
        .ifPresent(
            one -> add(secrets, one.getSecretName(), one.getOptional(), keys(one.getItems())));
    Optional.ofNullable(volume.getProjected()).stream()
        .flatMap(projected -> projected.getSources().stream())
        .forEach(
            source -> {
              Optional.ofNullable(source.getConfigMap())
                  .ifPresent(
                      map ->
                          add(configMaps, map.getName(), map.getOptional(), keys(map.getItems())));
              Optional.ofNullable(source.getSecret())
                  .ifPresent(
                      one -> add(secrets, one.getName(), one.getOptional(), keys(one.getItems())));
            });
  }

  private static List<String> keys(List<KeyToPath> items) {
    return items.stream().map(KeyToPath::getKey).toList();
  }

  private static void add(
      SortedMap<String, Set<String>> all,
      String name,
      @Nullable Boolean optional,
      List<String> keys) {
    if (!Boolean.TRUE.equals(optional)) {
      all.computeIfAbsent(name, key -> new TreeSet<>()).addAll(keys);
    }
  }
}
