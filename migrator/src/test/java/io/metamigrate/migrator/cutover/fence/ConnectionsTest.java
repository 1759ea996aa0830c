package io.metamigrate.migrator.cutover.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

final class ConnectionsTest {
  @Test
  void countsSessionsThatAreNotItsOwn() {
    String answer =
        """
         /10.0.0.7:41022[1](queued=0,recved=12,sent=12,sid=0x1000a1b2c3d0001,lop=PING)
         /10.0.0.8:41023[1](queued=0,recved=12,sent=12,sid=0x1000a1b2c3d0002,lop=PING)
         /127.0.0.1:52014[0](queued=0,recved=1,sent=0)
        """;

    assertThat(Connections.sessions(answer, Set.of(0x1000a1b2c3d0001L)))
        .containsExactly("10.0.0.8:41023");
  }
}
