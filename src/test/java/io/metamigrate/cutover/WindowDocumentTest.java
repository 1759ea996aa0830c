package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A configuration that contradicts the move on etcd: exit 3, both values, nothing touched. */
@Timeout(300)
final class WindowDocumentTest extends OnCommandNodes {
  WindowDocumentTest() {
    super("60s");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cutover --yes",
        "cutover --dry-run",
        "rollback",
        "finalize",
        "status",
        "run --once --rehearsal"
      })
  void refusesNameOfAnotherCluster(String command) throws Exception {
    Path config = edited(config(), "name: c1", "name: c2");

    assertRefused(config, command, "c2", "cluster c1", "c2");
  }

  /** Both clusters have the name that everybody gives to his only cluster. */
  @Test
  void refusesAnotherZooKeeperOfTheSameName() throws Exception {
    bed.zk().setData("/ledgers/INSTANCEID", "77aa".getBytes(UTF_8), -1);

    assertRefused(config(), "cutover --yes", "c1", "3f1c", "77aa");
    assertRefused(config(), "rollback", "c1", "3f1c", "77aa");
  }

  @Test
  void refusesScopeEditedBeforeRollback() throws Exception {
    Path config = config();
    CommandLineRun done = run(config, "cutover --yes", "c1");
    assertThat(done.code()).as(done.toString()).isZero();
    Path narrower =
        edited(config, "target:", "scope: {exclude: [/managed-ledgers/public]}\ntarget:");

    assertRefused(narrower, "rollback", "c1", "scope /,", "/ without /managed-ledgers/public");
    assertRefused(narrower, "finalize", "c1", "scope /,", "/ without /managed-ledgers/public");
    assertRefused(narrower, "run --once", "c1", "scope /,", "/ without /managed-ledgers/public");
    bed.assertServingOnEtcd();
  }

  @Test
  void refusesStrategyOtherThanTheStartedOne() throws Exception {
    Path config = config("hooks: {beforeStep: \"test $METAMIGRATE_STEP != stop-brokers\"}\n");
    CommandLineRun first = run(config, "cutover --yes", "c1");
    assertThat(first.code()).as(first.toString()).isEqualTo(7);

    assertRefused(config, "cutover --yes --strategy stop-all", "c1", "rolling", "stop-all");
  }

  private void assertRefused(Path config, String command, String cluster, String... both)
      throws Exception {
    long revision = bed.stores.keys().revision().value();
    List<String> actions = bed.driver.actions();
    List<String> tree = tree();

    CommandLineRun refused = run(config, command, cluster);

    assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
    assertThat(refused.err()).contains(both);
    assertThat(bed.stores.keys().revision().value()).isEqualTo(revision);
    assertThat(bed.driver.actions()).isEqualTo(actions);
    assertThat(tree()).isEqualTo(tree);
  }

  private List<String> tree() throws Exception {
    List<String> tree = new ArrayList<>();
    for (String path : bed.persistentNodes()) {
      tree.add(path + bed.zk().exists(path, false).getMzxid() + bed.zk().getACL(path, null));
    }
    return tree;
  }

  private Path config() throws Exception {
    return config("");
  }

  private Path config(String more) throws Exception {
    return nodes.config(home.getFileName() + ".yaml", more);
  }

  private Path edited(Path config, String from, String to) throws Exception {
    return Files.writeString(
        home.resolve("edited.yaml"), Files.readString(config).replace(from, to));
  }

  private CommandLineRun run(Path config, String command, String cluster) {
    List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
    words.addAll(List.of("--config", config.toString()));
    if (!command.startsWith("run") && !command.equals("status")) {
      words.addAll(
          List.of("--confirm", cluster, "--state-folder", home.resolve("state").toString()));
    }
    return CommandLineRun.migrate(words.toArray(String[]::new));
  }
}
