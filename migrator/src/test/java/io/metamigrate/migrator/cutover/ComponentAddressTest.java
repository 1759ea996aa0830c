package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.plan.ComponentEtcd;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Brokers and bookies of one move are all given the same etcd. */
final class ComponentAddressTest {
  private static final String FORMER = "http://e1:2379";
  private static final String OTHER = "http://e9:2379";
  private static final ComponentEtcd SILENT = new ComponentEtcd(Optional.empty(), List.of(OTHER));

  @Test
  void anotherEtcdIsAlwaysRefused() {
    ComponentEtcd another = new ComponentEtcd(Optional.of("cluster ids differ"), List.of());

    assertThat(ComponentAddress.obstacle(Optional.empty(), OTHER, another))
        .hasValueSatisfying(why -> assertThat(why).contains("cluster ids differ"));
  }

  @Test
  void oneThatDoesNotAnswerIsRefusedIfTheMoveHasGivenAnother() {
    assertThat(ComponentAddress.obstacle(Optional.of(FORMER), OTHER, SILENT))
        .hasValueSatisfying(why -> assertThat(why).contains(FORMER, OTHER, "does not answer"));
    assertThat(ComponentAddress.obstacle(Optional.of(OTHER), OTHER, SILENT)).isEmpty();
    assertThat(ComponentAddress.obstacle(Optional.empty(), OTHER, SILENT)).isEmpty();
    assertThat(ComponentAddress.obstacle(Optional.of(FORMER), OTHER, ComponentEtcd.SAME)).isEmpty();
  }
}
