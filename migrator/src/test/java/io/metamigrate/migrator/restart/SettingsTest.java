package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsTest {
  @Test
  void copiesItsMap() {
    Map<String, String> mine = new HashMap<>(Map.of("metadataStoreUrl", "etcd:http://e:2379"));
    Settings settings = Settings.of(mine, Set.of());

    mine.clear();

    assertThat(settings.set()).containsKey("metadataStoreUrl");
    assertThatThrownBy(() -> settings.set().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a;b", "PATH=x", "1a", "a\nb"})
  void refusesInvalidName(String name) {
    assertThatThrownBy(() -> Settings.of(Map.of(name, "x"), Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesMultilineValue() {
    assertThatThrownBy(() -> Settings.of(Map.of("a", "x\nauthenticationEnabled=false"), Set.of()))
        .hasMessageContaining("Setting a ")
        .hasMessageNotContaining("authenticationEnabled");
  }

  @Test
  void refusesToSetAndRemoveOneKey() {
    assertThatThrownBy(() -> Settings.of(Map.of("a", "x"), Set.of("a")))
        .hasMessageContaining("named twice");
  }

  @Test
  void refusesAJvmOptionOfTwoWords() {
    assertThatThrownBy(
            () -> Settings.of(Map.of(), Set.of(), Set.of(), List.of("-Da=b -XX:OnError=rm")))
        .hasMessageContaining("one plain word");
  }
}
