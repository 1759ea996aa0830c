package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MetadataUsersTest {
  private static final Set<String> HOSTS = Set.of("10.0.0.1", "10.0.0.2");

  @Test
  void nodesOfTheMoveAreNoOthers() {
    assertThat(MetadataUsers.unknown(List.of("10.0.0.1:40000", "10.0.0.2:40001"), HOSTS)).isEmpty();
  }

  @Test
  void aMachineThatIsNoNodeIsNamedOnceWithWhatToDo() {
    assertThat(
            MetadataUsers.unknown(
                List.of("10.0.0.1:40000", "10.0.0.9:1", "10.0.0.9:2", "0:0:0:0:0:0:0:7:4"), HOSTS))
        .hasSize(2)
        .anyMatch(line -> line.startsWith("0:0:0:0:0:0:0:7 has 1 connections"))
        .anyMatch(line -> line.startsWith("10.0.0.9 has 2 connections") && line.contains("proxy"));
  }

  @Test
  void aCountWithoutAddressesIsNotVerifiable() {
    assertThat(
            MetadataUsers.unknown(
                List.of("3 whose addresses it does not report (4lw.commands.whitelist lacks cons)"),
                HOSTS))
        .singleElement()
        .asString()
        .startsWith("not verifiable: who is connected to ZooKeeper: 3 whose addresses");
  }

  /** Neither cons nor srvr nor an AdminServer: each kind of component is confirmed by itself. */
  @Test
  void withoutAnyReportEachKindIsConfirmedByName() {
    MetadataUsers.FoundUsers nothing = MetadataUsers.notVerifiable(Set.of());
    assertThat(nothing.warnings()).isEmpty();
    assertThat(nothing.unconfirmed())
        .hasSize(4)
        .anyMatch(line -> line.contains("\"METADATA_USERS_NOT_VERIFIABLE:proxy\""))
        .anyMatch(line -> line.contains("brokerServiceURL before the window"));

    MetadataUsers.FoundUsers one =
        MetadataUsers.notVerifiable(Set.of("METADATA_USERS_NOT_VERIFIABLE:proxy"));
    assertThat(one.unconfirmed()).hasSize(3).noneMatch(line -> line.contains("VERIFIABLE:proxy"));
    assertThat(one.warnings())
        .singleElement()
        .asString()
        .startsWith("accepted as METADATA_USERS_NOT_VERIFIABLE:proxy");
  }
}
