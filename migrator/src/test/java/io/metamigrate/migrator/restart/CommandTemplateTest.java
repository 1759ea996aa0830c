package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandTemplateTest {
  @Test
  void quotesEachPlaceholder() {
    CommandTemplate template = new CommandTemplate("stop", "ssh {host} systemctl stop {component}");

    assertThat(template.render(Map.of("host", "b1", "component", "bookie")))
        .isEqualTo("ssh 'b1' systemctl stop 'bookie'");
  }

  @Test
  void keepsShellBraces() {
    CommandTemplate template =
        new CommandTemplate("stop", "echo ${host} {{host}} { true; } $(awk '{print $1}')");

    assertThat(template.unknownPlaceholder()).isEmpty();
    assertThat(template.render(Map.of("host", "b1")))
        .isEqualTo("echo ${host} {host} { true; } $(awk '{print $1}')");
  }

  @Test
  void namesUnknownPlaceholder() {
    assertThat(new CommandTemplate("start", "ssh {hostname} x").unknownPlaceholder())
        .hasValueSatisfying(
            message -> assertThat(message).contains("start").contains("{hostname}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a;b", "a'b", "a$(b)", "a\nb", "a&b", "a*", "a|b", "a>b", "~"})
  void refusesValueWithShellMetacharacters(String value) {
    CommandTemplate template = new CommandTemplate("stop", "echo {id}");

    assertThatThrownBy(() -> template.render(Map.of("id", value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("{id}");
  }
}
