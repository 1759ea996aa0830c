package io.metamigrate.migrator.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Careless command lines: exit code 2 and one line with the next step, without a secret. */
final class CommandLineFaultsTest {
  @TempDir Path folder;

  /** What a command line printed. */
  private record FaultOutput(int code, List<String> lines) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          run --password hunter2                  | unknown option --password; `migrate help run` lists the known ones
          run --password=hunter2                  | unknown option --password; `migrate help run` lists
          plan --etcd-password:hunter2 x          | unknown option; `migrate help plan` lists
          config show --token hunter2 hunter2     | unknown option --token; `migrate help config show` lists
          run hunter2                             | does not take this argument; its value is not shown, since it may contain a secret; see `migrate help run`
          status --listen hunter2@h:1             | --listen: the value, not shown since it may hold a secret, is not HOST:PORT
          plan --etcd http://e:2379#hunter2       | --etcd: the value, not shown since it may hold a secret, is not an etcd endpoint: it has more than a host and a port
          plan --zookeeper zk:2181/?key=hunter2   | --zookeeper: the value, not shown since it may hold a secret, is not a ZooKeeper address
          """)
  void repeatsNoSecretOfTheCommandLine(String given, String line) {
    FaultOutput answer = run(given.split(" "));

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.lines()).hasSize(1).first().asString().contains(line);
    assertThat(answer.lines().get(0)).doesNotContain("hunter2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          plna                          | there is no command plna; did you mean plan? `migrate help` lists all
          xyzzyx                        | there is no command xyzzyx; `migrate help` lists all
          --foo                         | unknown option --foo; `migrate help` lists
          help plna                     | there is no command plna; did you mean plan?
          help config showw              | there is no command config showw; did you mean show?
          plan --output yaml            | --output: 'yaml' is none of: text, json
          driver restart --confirm b    | check: 'restart' is none of: check
          demo --znodes many            | --znodes: 'many' is not a whole number
          inspect ledgers               | PATH: 'ledgers' is not a path; give one like /ledgers/INSTANCEID
          inspect /a//b                 | PATH: '/a//b' is not a path; give one like /ledgers/INSTANCEID
          cutover                       | --confirm=CLUSTER is missing; see `migrate help cutover`
          cutover --confirm             | --confirm needs a value: CLUSTER; see `migrate help cutover`
          inspect                       | PATH is missing; see `migrate help inspect`
          status --watch --watch        | --watch is given twice; give it once
          plan --zookeeper zk:99999     | 'zk:99999' is not a ZooKeeper address: 'zk:99999' has a port above 65535
          plan --config .               | .: this is a folder; give the path of a file after --config
          config init --etcd-security passwordd | --etcd-security: 'passwordd' is none of: plain, password, tls, client-certificate; see
          config init --zookeeper-security sasl,digest | digest and sasl exclude each other; give one of them
          config init --etcd-security tls,plain | plain and tls exclude each other
          run --once --accept AUTORECOVERY_NEEDS_ZOOKEPER | --accept: 'AUTORECOVERY_NEEDS_ZOOKEPER' is not an id that this command reports, did you mean AUTORECOVERY_NEEDS_ZOOKEEPER?; runbooks/findings.md lists
          plan --accept xyz             | --accept: 'xyz' is not an id that this command reports; runbooks/findings.md lists
          run --accept BOOKIE_DOWN --accept SOURCE_WENT_BAK | 'SOURCE_WENT_BAK' is not an id that this command reports, did you mean SOURCE_WENT_BACK?
          rollback --confirm c --cluster c --accept MASS_DELETIONS | --accept: 'MASS_DELETIONS' is not an id that this command reports, did you mean MASS_DELETION?
          cutover --confirm c --cluster c --accept-late-write /namespace/a | --accept-late-write: '/namespace/a' is not a path that a message names, such as /ledgers
          rollback --confirm c --cluster c --accept-late-write /managed-ledger | --accept-late-write: '/managed-ledger' is not a path that a message names
          rollback --confirm c --cluster c --without-etcd --undo | --without-etcd: nothing is copied from an etcd that is lost, and brokers cannot return to it; leave out --undo
          rollback --confirm c --cluster c --without-etcd --accept MASS_DELETION | --without-etcd: nothing is copied
          rollback --confirm c --cluster c --without-etcd --accept-late-write /ledgers/00/0000/L0001 | --without-etcd: nothing is copied
          config init --config move.yaml | --config: this command prints a new file and reads none; leave it out
          demo --zookeeper zk:2181      | unknown option --zookeeper; `migrate help demo` lists the known ones
          demo --config move.yaml       | unknown option --config; `migrate help demo` lists
          plan --config=                | --config: this is a folder; give the path of a file
          """)
  void namesWhatIsWrongAndWhatToDo(String given, String line) {
    FaultOutput answer = run(given.split(" "));

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.lines()).hasSize(1).first().asString().contains(line);
  }

  @Test
  void refusesBudgetOfAStepThatIsNotThere() throws IOException {
    Path file = folder.resolve("move.yaml");
    Files.writeString(file, "cutover: {budgets: {verifyy: 5m, a.b: 1m, drain: 1m}}\n");

    FaultOutput answer = run("config", "show", "--config", file.toString());

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.lines())
        .containsExactly(
            "migrate: 2 faults in the configuration:",
            "migrate:   "
                + file
                + ":1: cutover.budgets.verifyy: there is no such step; did you mean verify?",
            "migrate:   "
                + file
                + ":1: cutover.budgets.a.b: there is no such step; `migrate help steps` lists all");
  }

  @Test
  void refusesAnAcceptedConditionThatNothingCanMatch() throws IOException {
    Path file = folder.resolve("move.yaml");
    Files.writeString(
        file,
        """
        cutover:
          bookies: [{id: "b1:3181"}]
          brokers: [{id: "br1:8080"}]
          accept:
          - BOOKIE_DATA_NOT_VERIFIABLE:b1:3181
          - SETTINGS_DIFFER:br1:8080
          - MANAGED_BY_GITOPS:anything
          - METADATA_USERS_NOT_VERIFIABLE:proxy
          - BOOKIE_DATA_NOT_VERIFIABLE:b11:3181
          - BOOKIE_DATA_NOT_VERIFIABEL:b1:3181
          - METADATA_USERS_NOT_VERIFIABLE:proxi
          - SCALED_BY_ITSELF
        """);

    FaultOutput answer = run("status", "--config", file.toString());

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.lines()).hasSize(5);
    assertThat(answer.lines().get(1))
        .contains(
            file + ":", "'BOOKIE_DATA_NOT_VERIFIABLE:b11:3181': b11:3181 is not among [b1:3181]");
    assertThat(answer.lines().get(2))
        .contains("BOOKIE_DATA_NOT_VERIFIABEL", "did you mean BOOKIE_DATA_NOT_VERIFIABLE?");
    assertThat(answer.lines().get(3)).contains("did you mean proxy?");
    assertThat(answer.lines().get(4)).contains("'SCALED_BY_ITSELF' names nothing; write ID:NAME");
  }

  @Test
  void namesWhyAFileCannotBeReadOrWritten() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");
    String stores = "--zookeeper 127.0.0.1:1 --etcd http://127.0.0.1:1";

    assertThat(run("run --once --plan %s/absent %s".formatted(folder, stores).split(" ")).lines())
        .containsExactly(
            "migrate: %s/absent: the plan cannot be read: there is no such file".formatted(folder));
    assertThat(run("plan --save %s/no/x %s".formatted(folder, stores).split(" ")).lines())
        .containsExactly(
            "migrate: %s/no/x: the plan cannot be written: the folder %s/no does not exist"
                .formatted(folder, folder));
    assertThat(run("plan --save %s %s".formatted(folder, stores).split(" ")).lines())
        .containsExactly(
            "migrate: %s: the plan cannot be written: it is a folder; give the path of a file"
                .formatted(folder));
    assertThat(run("verify --report %s/x %s".formatted(file, stores).split(" ")).lines())
        .containsExactly(
            "migrate: %s/x: the report cannot be written: the folder %s does not exist"
                .formatted(file, file));
    String pipe = folder.resolve("pipe").toString();
    assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
    assertThat(run("run --once --plan %s %s".formatted(pipe, stores).split(" ")).lines())
        .containsExactly(
            "migrate: %s: this is a pipe or device; give the path of a saved plan".formatted(pipe));
    for (String what : List.of("plan --save", "verify --report")) {
      assertThat(run("%s %s %s".formatted(what, pipe, stores).split(" ")).lines())
          .singleElement()
          .asString()
          .endsWith("cannot be written: it is a pipe or device; give the path of a file");
    }
  }

  @Test
  void showsTheHelpOfANestedCommand() {
    assertThat(run("help", "config", "show").lines().get(0))
        .startsWith("Usage: migrate config show ");
    assertThat(run("help", "driver", "check").lines().get(0)).startsWith("Usage: migrate driver ");
    assertThat(run("help", "steps").lines().get(0)).startsWith("The steps of");
    assertThat(run("help").lines().get(0)).startsWith("Usage: migrate ");
  }

  /** A pipe gives its text once; what the second reading finds is nothing. */
  @Test
  void configShowReportsFaultsOfAFileFromAPipe() throws Exception {
    Process holder = new ProcessBuilder("sleep", "60").start();
    try {
      try (OutputStream text = holder.getOutputStream()) {
        text.write("cutover: {budgets: {fense: 5s}}\n".getBytes(UTF_8));
      }
      String pipe = "/proc/" + holder.pid() + "/fd/0";

      FaultOutput shown = run("config", "show", "--config", pipe);

      assertThat(shown.code()).isEqualTo(2);
      assertThat(shown.lines()).singleElement().asString().contains("fense", "no such step");
    } finally {
      holder.destroy();
    }
  }

  private static FaultOutput run(String... args) {
    StringWriter text = new StringWriter();
    PrintWriter both = new PrintWriter(text);
    int code = Migrate.run(both, both, args);
    both.flush();
    return new FaultOutput(code, text.toString().lines().toList());
  }
}
