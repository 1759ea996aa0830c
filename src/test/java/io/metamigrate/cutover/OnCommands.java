package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.ManagedLedgerInfo;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.ManagedLedgerInfo.LedgerInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A cluster of stand-ins that is moved by nothing but the command line, a configuration file and
 * the operator's own commands.
 */
abstract class OnCommands extends TwoStores {
  static final String TOPIC = "/managed-ledgers/public/default/persistent/orders";
  static final String LEDGER = "/ledgers/00/0000/L0003";

  private static int number;

  TestBed bed;
  CommandNodes nodes;
  Path config;

  @BeforeEach
  void copied() throws Exception {
    number++;
    bed = new TestBed(folder, zookeeper, etcd, "20s");
    bed.create(TOPIC, topic(3));
    nodes = CommandNodes.start(folder.resolve("commands-" + number), bed);
    config = nodes.config("commands-" + number + ".yaml", "");
    bed.copy();
  }

  @AfterEach
  void closeBed() {
    nodes.close();
    bed.close();
  }

  /** A command of the window, confirmed. */
  CommandLineRun run(String command, String... more) {
    return with(config, command, more);
  }

  CommandLineRun with(Path file, String command, String... more) {
    List<String> words = new ArrayList<>(List.of(command, "--config", file.toString()));
    words.addAll(List.of("--confirm", "c1", "--state-folder", folder.resolve("state").toString()));
    if (command.equals("cutover")) {
      words.add("--yes");
    }
    if (command.equals("finalize")) {
      words.addAll(List.of("--accept-connections", "--record", record().toString()));
    }
    words.addAll(List.of(more));
    return CommandLineRun.migrate(words.toArray(String[]::new));
  }

  /** The configuration with these hooks. */
  Path withHooks(String hooks) throws Exception {
    return nodes.config("hooks-" + number + ".yaml", "hooks: {" + hooks + "}\n");
  }

  Path record() {
    return folder.resolve("record-" + number + ".json");
  }

  void cutOver() {
    CommandLineRun done = run("cutover");
    assertThat(done.code()).as(done.toString()).isZero();
  }

  void rollBack() {
    CommandLineRun done = run("rollback");
    assertThat(done.code()).as(done.toString()).isZero();
  }

  /** The value of a topic with these ledgers. */
  static byte[] topic(long... ledgers) {
    ManagedLedgerInfo.Builder topic = ManagedLedgerInfo.newBuilder();
    LongStream.of(ledgers)
        .forEach(
            id ->
                topic.addLedgerInfo(
                    LedgerInfo.newBuilder()
                        .setLedgerId(id)
                        .setEntries(10)
                        .setSize(1024)
                        .setTimestamp(1)));
    return topic.build().toByteArray();
  }
}
