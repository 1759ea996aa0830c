package io.metamigrate.migrator.deployment;

import static io.metamigrate.migrator.deployment.Deployed.bookie;
import static io.metamigrate.migrator.deployment.Deployed.init;
import static io.metamigrate.migrator.deployment.Deployed.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoreFormatForcedTest {
  private final StoreFormatForced rule = new StoreFormatForced();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sh -c bin/apply-config-from-env.py conf/bookkeeper.conf; bin/bookkeeper shell bookieformat"
            + " -nonInteractive -force -deleteCookie || true",
        "sh -c \"bin/bookkeeper shell bookieformat -n -f\"",
        "bin/bookkeeper shell bookieformat --nonInteractive --deletecookie",
        "bin/bookkeeper shell metaformat --nonInteractive --force && bin/bookkeeper bookie",
        "bin/bookkeeper shell \\\n  metaformat -n \\\n  -f",
        "if ! bin/bookkeeper shell initnewcluster -force; then exit 1; fi",
        "bin/bookkeeper shell nukeexistingcluster -zkledgersrootpath /ledgers -instanceid x",
        "bin/bookkeeper shell cookie_delete b1:3181",
        "bin/pulsar zookeeper-shell deleteall /ledgers/cookies/b1:3181",
        "rm -rf /pulsar/data/bookkeeper/journal/current",
        "rm -fr data/*",
        "sh -c rm -rf /pulsar/data/bookkeeper/journal/current; exec bin/pulsar bookie",
        "bash -ec 'if [ -n \"$WIPE\" ]; then rm -r -f /pulsar/data/*; fi'",
        "JOURNAL=/pulsar/data/bookkeeper/journal\nfind $JOURNAL -mindepth 1 -delete",
        "DATA=\"/pulsar/data\"; sudo rm -rf ${DATA}/bookkeeper",
        "rm -rf /pulsar",
        "rm -vrf /pulsar/data/bookkeeper",
        "rm --recursive --force data/bookkeeper",
        "rm -rf /pulsar/data/bookkeeper/ledgers/lost+found /pulsar/data/bookkeeper/ledgers/current",
        "rm -f /pulsar/data/bookkeeper/ledgers/current/VERSION",
        "rm /pulsar/data/bookkeeper/journal/current/*.txn",
        "mv /pulsar/data/bookkeeper/ledgers /tmp/old",
        "mv -t /tmp/old /pulsar/data/bookkeeper/ledgers",
        "mv --target-directory=/tmp/old /pulsar/data/bookkeeper/ledgers",
        "rm -f /pulsar/data/bookkeeper/journal/current/*",
        "find /pulsar/data -name '*.log' -delete",
        "find /pulsar/data ! -name '*.tmp' -delete",
        "find /pulsar/data -name current -exec rm -r {} +",
        "yes | bin/bookkeeper shell metaformat",
        "echo Y | bin/bookkeeper shell bookieformat",
        "printf 'y\\n' | /pulsar/bin/bookkeeper shell initnewcluster",
        "bin/bkctl bookie format --force --deleteCookie",
        "/opt/bookkeeper/bin/bkctl cluster format -f",
        "bin/bkctl cluster nuke --zk-ledgers-root-path /ledgers",
        "bin/bkctl cookie delete b1:3181",
        "bin/pulsar delete-cluster-metadata --cluster c1",
        "etcdctl --endpoints e:2379 del --prefix /ledgers/cookies",
        "etcdctl del \"\" --from-key",
        "bin/pulsar zookeeper-shell -server zk rmr /managed-ledgers"
      })
  void blocks(String command) {
    assertThat(rule.findings(bookie(init(command), server())))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.level()).isEqualTo(Severity.BLOCKER);
              assertThat(found.subject()).isEqualTo("container init of StatefulSet bookie");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bin/bookkeeper shell metaformat --nonInteractive || true",
        "bin/bookkeeper shell bookieformat -nonInteractive; rm -f /tmp/lock",
        "until bin/bookkeeper shell whatisinstanceid; do sleep 3; done",
        "bin/bookkeeper shell metaformat -n && tail -f /pulsar/logs/bookie.log",
        "echo \"never run bookieformat -force here\"",
        "# bin/bookkeeper shell metaformat -force\nexec bin/pulsar bookie",
        "rm -rf /pulsar/logs /tmp/data",
        "sh -c echo bookieformat -force",
        "bin/bkctl bookie init; bin/bkctl cookie get b1:3181",
        "find /pulsar/data -name '*.log' -newer /tmp/x",
        "etcdctl del /locks/mine",
        "yes | head -1; bin/bookkeeper shell metaformat -nonInteractive",
        "rm -f /pulsar/data/bookkeeper/journal/lock",
        "rm -rf /pulsar/data/bookkeeper/ledgers/lost+found",
        "mv /tmp/restored /pulsar/data/bookkeeper/ledgers",
        "mv -t /pulsar/data/bookkeeper/ledgers /tmp/restored"
      })
  void isSilentOn(String command) {
    assertThat(rule.findings(bookie(init(command), server()))).isEmpty();
  }

  /** Locks and temporary files; the operator knows better. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "rm -f /pulsar/data/bookkeeper/*.pid",
        "find /pulsar/data -name '*.tmp' -delete",
        "find /pulsar/data -name lost+found -exec rm -r {} +"
      })
  void letsDeletionOfFewFilesBeConfirmed(String command) {
    assertThat(rule.findings(bookie(init(command), server())))
        .extracting(DeploymentFinding::level)
        .containsExactly(Severity.CONFIRM);
  }

  @Test
  void namesHooks() {
    Container hooked =
        new Container(
            "bookie",
            false,
            Deployed.SERVES,
            Map.of(),
            List.of(),
            ServerFiles.NONE,
            "bin/bookkeeper shell cookie_delete b1:3181");

    assertThat(rule.findings(bookie(hooked)))
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("in a probe or a hook: "));
  }

  /** They are those of the settings. */
  @ParameterizedTest
  @ValueSource(
      strings = {"rm -rf /bk/journal-1/current", "rm -rf /bk/*", "find /bk/ledgers -delete"})
  void findsDeletionsInConfiguredFolders(String command) {
    Container bookie =
        Deployed.server(
            Deployed.SERVES,
            Map.of("journalDirectory", "/bk/journal-1", "ledgerDirectories", "/bk/ledgers"),
            Deployed.kept("/bk"));

    assertThat(rule.findings(bookie(init(command), bookie))).hasSize(1);
    assertThat(rule.findings(bookie(init(command), server()))).isEmpty();
  }

  @Test
  void findsTheForceThatAVariableBrings() {
    Container container =
        new Container(
            "init",
            true,
            "bin/bookkeeper shell metaformat ${FORMAT_OPTIONS}",
            Map.of("FORMAT_OPTIONS", "-nonInteractive -force"),
            List.of());

    assertThat(rule.findings(bookie(container))).hasSize(1);
  }

  /** A set-up service is started again by a plain `up -d`. */
  @Test
  void checksServicesOutsideTheMove() {
    assertThat(
            rule.findings(
                Deployed.of(Role.OTHER, "pulsar-init", init("bin/bookkeeper shell metaformat -f"))))
        .hasSize(1);
  }
}
