package io.metamigrate.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.apache.pulsar.client.api.MessageId;
import org.apache.pulsar.client.impl.MessageIdImpl;
import org.junit.jupiter.api.Test;

/** What a delivery that is not the first is counted as. */
final class DeliveriesTest {
  private static final MessageId FIRST = new MessageIdImpl(7, 0, -1);
  private static final MessageId SECOND = new MessageIdImpl(7, 1, -1);

  private final Deliveries deliveries = new Deliveries(true);

  @Test
  void countsSecondDeliveryAsRepeated() {
    deliveries.add(FIRST, "k1:1");
    deliveries.add(SECOND, "k1:1");

    assertThat(all()).isEqualTo(Repeats.RESENT);
    assertThat(deliveries.received()).isEqualTo(1);
  }

  @Test
  void unacknowledgedMessageMayRepeat() {
    deliveries.add(FIRST, "k1:1");
    deliveries.add(FIRST, "k1:1");

    assertThat(all()).isEqualTo(Repeats.UNSETTLED);
  }

  @Test
  void acknowledgedMessageMayRepeatOnlyInTheLastSecond() {
    deliveries.add(FIRST, "k1:1");
    deliveries.confirmed(FIRST);
    confirmMore(Deliveries.LAST_SECOND - 1);
    deliveries.add(FIRST, "k1:1");
    assertThat(all()).isEqualTo(Repeats.UNSETTLED);

    deliveries.confirmed(FIRST);
    confirmMore(Deliveries.LAST_SECOND);
    deliveries.add(FIRST, "k1:1");

    assertThat(all()).isEqualTo(new Repeats(0, 1, 1));
  }

  @Test
  void comparesOrderOfFirstDeliveriesPerKey() {
    deliveries.add(SECOND, "k1:9");
    deliveries.add(FIRST, "k1:1");
    deliveries.add(SECOND, "k1:9");

    assertThat(deliveries.outOfOrder()).containsExactly("k1:1");
  }

  private void confirmMore(int count) {
    for (int i = 0; i < count; i++) {
      deliveries.confirmed(new MessageIdImpl(8, i, -1));
    }
  }

  private Repeats all() {
    return deliveries.repeats(Instant.MIN, Instant.MAX);
  }
}
