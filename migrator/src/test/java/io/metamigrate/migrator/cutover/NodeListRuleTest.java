package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cutover.NodeListRule.NodeListOutcome;
import io.metamigrate.migrator.cutover.NodeListRule.SeenNodes;
import io.metamigrate.migrator.cutover.NodeListRule.Stage;
import io.metamigrate.migrator.cutover.NodeListRule.WantedNodes;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.verifier.store.Store;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The recorded nodes against those that the stores know and those of the file. */
final class NodeListRuleTest {
  private static final Map<String, String> BROKERS = Map.of("br1:8080", "br1");
  private static final NodeList RECORDED =
      new NodeList(
          new TreeSet<>(Set.of("b1:1", "b2:1")),
          new TreeSet<>(),
          new TreeMap<>(BROKERS),
          new TreeSet<>(Set.of("autorecovery ar1")),
          new TreeMap<>(Map.of("b1:1", "b1", "b2:1", "b2")));

  private Store authoritative = Store.ETCD;
  private Set<String> cookies = Set.of("b1:1", "b2:1");
  private Set<String> onZooKeeper = Set.of();
  private Set<String> onEtcd = Set.of("b1:1", "b2:1");
  private Set<String> brokersOnEtcd = Set.of("br1:8080");
  private Set<String> brokersOnZooKeeper = Set.of();
  private Set<String> brokersWithoutSession = Set.of();
  private Set<String> lost = Set.of();
  private Map<String, String> brokers = BROKERS;
  private Set<String> metadataWriters = Set.of("autorecovery ar1");
  private Map<String, String> bookieNodes = Map.of("b1:1", "b1", "b2:1", "b2");
  private Set<String> running = Set.of();
  private boolean stopped = true;

  @Test
  void theSameNodesAreAdopted() {
    NodeListOutcome answer = decide(Stage.AFTER_COMMIT, "b1:1", "b2:1");

    assertThat(answer.refusals()).isEmpty();
    assertThat(answer.next()).isEqualTo(RECORDED);
    assertThat(answer.onEtcd().joined()).isEmpty();
  }

  @Test
  void aFileWithoutAnyBrokerIsRefused() {
    brokers = Map.of();
    brokersOnEtcd = Set.of();

    assertThat(decide(Stage.AFTER_COMMIT, "b1:1", "b2:1").refusals())
        .singleElement()
        .asString()
        .contains("cutover.brokers names no broker", "this move records [br1:8080]");
  }

  @Test
  void aNodeThatIsDrivenUnderAnotherNameIsRefusedWhileTheFormerOneRuns() {
    bookieNodes = Map.of("b1:1", "b1", "b2:1", "b9");
    brokers = Map.of("br1:8080", "br9");
    running = Set.of("b2", "br1");

    assertThat(decide(Stage.BEFORE_COMMIT, "b1:1", "b2:1").refusals())
        .satisfiesExactly(
            bookie ->
                assertThat(bookie)
                    .contains("has node b9 for bookie b2:1", "managed it as b2", "Put b2 back"),
            broker -> assertThat(broker).contains("has node br9 for broker br1:8080"));
    running = Set.of();
    NodeListOutcome moved = decide(Stage.BEFORE_COMMIT, "b1:1", "b2:1");
    assertThat(moved.refusals()).isEmpty();
    assertThat(moved.next().bookieNodes()).containsEntry("b2:1", "b9");
  }

  @Test
  void aBookieThatIsTakenOutOfTheFileIsRefusedWithBothValues() {
    onEtcd = Set.of("b1:1");

    assertThat(decide(Stage.BEFORE_COMMIT, "b1:1").refusals())
        .singleElement()
        .asString()
        .contains("records the bookies [b1:1, b2:1]", "does not name b2:1", "--lost-bookie b2:1");
  }

  @Test
  void aBookieThatIsRegisteredOrHasACookieMustBeNamed() {
    onEtcd = Set.of("b1:1", "b2:1", "b3:1");
    cookies = Set.of("b1:1", "b2:1", "b4:1");

    assertThat(decide(Stage.ROLLBACK, "b1:1", "b2:1").refusals())
        .satisfiesExactly(
            third -> assertThat(third).contains("b3:1 is registered on etcd", "add {id: \"b3:1\"}"),
            fourth ->
                assertThat(fourth)
                    .contains("b4:1 has a cookie", "and start it on etcd", "cookie_delete b4:1"));
  }

  @Test
  void aBookieThatJoinedOnEtcdAfterTheCommitJoinsTheList() {
    onEtcd = Set.of("b1:1", "b2:1", "b3:1");

    NodeListOutcome answer = decide(Stage.AFTER_COMMIT, "b1:1", "b2:1", "b3:1");

    assertThat(answer.refusals()).isEmpty();
    assertThat(answer.onEtcd().joined()).containsExactly("b3:1");
    assertThat(answer.next().bookies()).contains("b3:1");
  }

  @Test
  void aBookieThatJoinsZooKeeperMayBeforeTheCommitAndNotAfterIt() {
    onZooKeeper = Set.of("b3:1");

    NodeListOutcome before = decide(Stage.BEFORE_COMMIT, "b1:1", "b2:1", "b3:1");
    assertThat(before.refusals()).isEmpty();
    assertThat(before.extended()).isTrue();
    assertThat(before.next().bookies()).contains("b3:1");
    for (String[] file : new String[][] {{"b1:1", "b2:1"}, {"b1:1", "b2:1", "b3:1"}}) {
      NodeListOutcome after = decide(Stage.AFTER_COMMIT, file);
      assertThat(after.refusals()).isEmpty();
      assertThat(after.alarms())
          .singleElement()
          .asString()
          .contains("b3:1 is registered in ZooKeeper after the point of no return");
      assertThat(after.next().bookies()).doesNotContain("b3:1");
    }
    assertThat(decide(Stage.ROLLBACK, "b1:1", "b2:1").refusals())
        .singleElement()
        .asString()
        .contains("b3:1 is registered in ZooKeeper", "add {id: \"b3:1\"}");
  }

  @Test
  void aRecordedBookieThatReturnedToZooKeeperRaisesAnAlarm() {
    onZooKeeper = Set.of("b2:1");
    onEtcd = Set.of("b1:1");

    NodeListOutcome answer = decide(Stage.AFTER_COMMIT, "b1:1", "b2:1");

    assertThat(answer.alarms()).singleElement().asString().contains("bookie b2:1");
    assertThat(answer.next().bookies()).contains("b2:1");
  }

  @Test
  void aBookieThatRunsIsNotLost() {
    lost = Set.of("b2:1");
    onEtcd = Set.of("b1:1");
    stopped = false;

    assertThat(decide(Stage.AFTER_COMMIT, "b1:1", "b2:1").refusals())
        .singleElement()
        .asString()
        .contains("--lost-bookie names b2:1", "shows that it runs");
  }

  @Test
  void anotherMetadataWriterLeavesOnceItIsStopped() {
    metadataWriters = Set.of();
    assertThat(decide(Stage.BEFORE_COMMIT, "b1:1", "b2:1").refusals()).isEmpty();

    stopped = false;
    assertThat(decide(Stage.BEFORE_COMMIT, "b1:1", "b2:1").refusals())
        .singleElement()
        .asString()
        .contains("records autorecovery ar1");
  }

  @Test
  void aNewBookieThatIsNowhereIsRefused() {
    authoritative = Store.ZOOKEEPER;
    assertThat(decide(Stage.BEFORE_COMMIT, "b1:1", "b2:1", "b3:1").refusals())
        .singleElement()
        .asString()
        .contains(
            "b3:1 is new in cutover.bookies, but registered nowhere; start it on ZooKeeper first");
  }

  @Test
  void aLostBookieLeavesTheStepsAndIsAnAlarmWhereItRegisters() {
    lost = Set.of("b2:1");
    onEtcd = Set.of("b1:1");

    NodeListOutcome answer = decide(Stage.AFTER_COMMIT, "b1:1", "b2:1");

    assertThat(answer.refusals()).isEmpty();
    assertThat(answer.next().bookies()).containsExactly("b1:1");
    assertThat(answer.next().lost()).containsExactly("b2:1");
    onEtcd = Set.of("b1:1", "b2:1");
    assertThat(decide(Stage.AFTER_COMMIT, "b1:1", "b2:1").refusals())
        .singleElement()
        .asString()
        .contains("ALARM: bookie b2:1");
  }

  @Test
  void aLostBookieThatNothingKnowsIsAMistake() {
    lost = Set.of("b9:1");

    assertThat(decide(Stage.BEFORE_COMMIT, "b1:1", "b2:1").refusals())
        .singleElement()
        .asString()
        .contains("--lost-bookie names b9:1");
  }

  @Test
  void aBrokerMayLeaveOnceItIsStoppedAndRegisteredNowhere() {
    brokers = Map.of("br2:8080", "br2");
    brokersOnEtcd = Set.of("br2:8080");
    assertThat(decide(Stage.AFTER_COMMIT, "b1:1", "b2:1").refusals()).isEmpty();

    stopped = false;
    assertThat(decide(Stage.AFTER_COMMIT, "b1:1", "b2:1").refusals())
        .singleElement()
        .asString()
        .contains("br1:8080", "driver's probe");

    brokersOnEtcd = Set.of("br1:8080", "br2:8080");
    assertThat(decide(Stage.AFTER_COMMIT, "b1:1", "b2:1").refusals())
        .singleElement()
        .asString()
        .contains("broker br1:8080 is registered on etcd");
  }

  @Test
  void namesTheCommandThatRemovesABrokerWithoutASession() {
    brokersOnZooKeeper = Set.of("br9:8080");
    assertThat(decide(Stage.BEFORE_COMMIT, "b1:1", "b2:1").refusals())
        .singleElement()
        .asString()
        .contains("broker br9:8080 is registered in ZooKeeper", "or stop it");

    brokersWithoutSession = brokersOnZooKeeper;
    assertThat(decide(Stage.BEFORE_COMMIT, "b1:1", "b2:1").refusals())
        .singleElement()
        .asString()
        .contains("no session owns it", "zookeeper-shell delete /loadbalance/brokers/br9:8080")
        .doesNotContain("or stop it");
  }

  @Test
  void aNewBrokerIsStarted() {
    brokers = Map.of("br1:8080", "br1", "br2:8080", "br2");

    assertThat(decide(Stage.AFTER_COMMIT, "b1:1", "b2:1").newBrokers()).containsExactly("br2:8080");
  }

  @Test
  void nothingJoinsBeforeAMoveIsBegun() {
    NodeListOutcome answer =
        NodeListRule.decide(
            Stage.NOT_BEGUN,
            NodeList.NONE,
            new WantedNodes(Set.of("b1:1", "b2:1"), BROKERS, Set.of(), Set.of(), Map.of()),
            new SeenNodes(
                Store.ZOOKEEPER, cookies, Set.of("b1:1"), Set.of(), Set.of(), Set.of(), Set.of()),
            new Probed(),
            "`cookie_delete %s`");

    assertThat(answer.refusals()).isEmpty();
    assertThat(answer.newBrokers()).isEmpty();
  }

  private NodeListOutcome decide(Stage stage, String... bookies) {
    return NodeListRule.decide(
        stage,
        RECORDED,
        new WantedNodes(Set.of(bookies), brokers, metadataWriters, lost, bookieNodes),
        new SeenNodes(
            authoritative,
            cookies,
            onZooKeeper,
            onEtcd,
            brokersOnZooKeeper,
            brokersWithoutSession,
            brokersOnEtcd),
        new Probed(),
        "`cookie_delete %s`");
  }

  /** All nodes alike. */
  private final class Probed implements NodeListRule.Probes {
    @Override
    public boolean doesNodeRun(Component component, String id, String name) {
      return running.contains(name);
    }

    @Override
    public boolean isBrokerStopped(String broker) {
      return stopped;
    }

    @Override
    public boolean isMetadataWriterStopped(String metadataWriter) {
      return stopped;
    }

    @Override
    public boolean doesBookieRun(String bookie) {
      return !stopped;
    }
  }
}
