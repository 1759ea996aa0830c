package io.metamigrate.migrator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExampleTest {
  private static final Set<Class<?>> VALUES =
      Set.of(HostPort.class, ZooKeeperAddress.class, EtcdEndpoints.class, SecretFile.class);

  @TempDir Path folder;

  @Test
  void canBeLoadedAsItIs() throws IOException {
    Configuration example =
        Configuration.load(Files.writeString(folder.resolve("example.yaml"), example()));

    assertThat(example.requireClusterName()).isEqualTo("c1");
    assertThat(example.copy()).isEqualTo(CopyConfig.defaults());
    assertThat(example.verify()).isEqualTo(VerifyConfig.defaults());
    assertThat(example.control()).isEqualTo(ControlConfig.defaults());
    assertThat(example.scope()).isEqualTo(ScopeConfig.everything());
    assertThat(example.hooks()).isEqualTo(HooksConfig.none());
    assertThat(example.cutover().maxOutage()).isEqualTo(CutoverConfig.defaults().maxOutage());
    assertThat(example.cutover().budget()).isEqualTo(CutoverConfig.defaults().budget());
    assertThat(example.target().lockTtl()).isEqualTo(TargetConfig.defaults().lockTtl());
  }

  @Test
  void namesEveryKeyThereIs() throws IOException {
    String example = example();
    Set<String> keys = new TreeSet<>();
    collect(Configuration.class, keys);

    assertThat(keys).hasSizeGreaterThan(50).allMatch(key -> example.contains(key + ":"));
  }

  private static void collect(Type type, Set<String> keys) {
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        collect(argument, keys);
      }
    } else if (type instanceof Class<?> known && isConfiguration(known)) {
      for (RecordComponent component : components(known)) {
        keys.add(component.getName());
        collect(component.getGenericType(), keys);
      }
      for (Class<?> kind : known.isSealed() ? known.getPermittedSubclasses() : new Class<?>[0]) {
        collect(kind, keys);
      }
    }
  }

  private static boolean isConfiguration(Class<?> type) {
    return type.getPackage() == Configuration.class.getPackage()
        && !VALUES.contains(type)
        && !type.isEnum();
  }

  private static RecordComponent[] components(Class<?> type) {
    return type.isRecord() ? type.getRecordComponents() : new RecordComponent[0];
  }

  private static String example() throws IOException {
    try (InputStream file = Configuration.class.getResourceAsStream("example.yaml")) {
      return file == null
          ? fail("example.yaml is missing")
          : new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
