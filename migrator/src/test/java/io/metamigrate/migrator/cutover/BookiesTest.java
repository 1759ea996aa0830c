package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.NodeData;
import org.junit.jupiter.api.Test;

final class BookiesTest {
  @Test
  void aBookieWhoseAddressCannotBeAskedIsNotUp() {
    assertThat(Bookies.port(bookie("no-such-host.invalid:3181"), NodeData.EMPTY))
        .isInstanceOfSatisfying(
            StepOutcome.NotYet.class,
            notYet -> assertThat(notYet.reason()).contains("cannot be resolved"));
    assertThat(Bookies.port(bookie("bookie-without-port"), NodeData.EMPTY))
        .isInstanceOf(StepOutcome.NotYet.class);
  }

  private static Node bookie(String id) {
    return new Node(Component.BOOKIE, id);
  }
}
