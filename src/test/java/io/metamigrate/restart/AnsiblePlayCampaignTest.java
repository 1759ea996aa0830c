package io.metamigrate.restart;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.CommandDriverConfig;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Drivers;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.migrator.restart.ShellCommand;
import io.metamigrate.migrator.restart.StepOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example's play, run by a real Ansible on this host, with a stand-in for systemd. */
@Tag("campaign")
@Timeout(600)
final class AnsiblePlayCampaignTest {
  private static final Path EXAMPLE = Path.of("../../runbooks/examples/systemd");
  private static final String OWN = "# ours\nzkServers=zk1:2181\nbookiePort=3181\n";

  private final Path folder;
  private final ShellCommand shell = new ShellCommand(Duration.ofMinutes(2));
  private final Node bookie = new Node(Component.BOOKIE, "b1:3181");

  AnsiblePlayCampaignTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void secondRunChangesNothingAndRollbackRestoresEveryFile() throws Exception {
    assertThat(shell.fault("ansible-playbook"))
        .as("install it: apt-get install -y --no-install-recommends ansible-core")
        .isEmpty();
    prepare();
    try (RestartDriver driver = driver()) {
      done(driver.configure(bookie, SystemdCampaignTest.ON_ETCD));
      assertThat(driver.configuration(bookie).firstMissing(SystemdCampaignTest.ON_ETCD)).isEmpty();
      assertThat(Files.readString(dropIn())).contains("\"OPTS=-Dmine=1 -Da=b -Dc=d\"");
      String again =
          shell
              .run(
                  play("bookie", settings().toString()),
                  Map.of(
                      "METAMIGRATE_REMOVE", "zkServers", "METAMIGRATE_JVM_OPTIONS", "-Da=b -Dc=d"))
              .tail();
      assertThat(again).contains("changed=0", "failed=0");

      done(driver.configure(bookie, Settings.none()));
      assertThat(Files.readString(conf())).isEqualTo(OWN);
      assertThat(dropIn()).doesNotExist();
      assertThat(shell.run(play("bookie", settings().toString()), Map.of()).tail())
          .contains("changed=0", "failed=0");
    }
  }

  private RestartDriver driver() {
    String show =
        "cat %s; [ ! -e %s ] || sed -n 's/^Environment=\"\\(OPTS=.*\\)\"$/\\1/p' %s"
            .formatted(conf(), dropIn(), dropIn());
    return Drivers.of(
        new CommandDriverConfig(
            "true",
            play("{component}", "{settings}"),
            "true",
            Optional.empty(),
            Optional.of(show),
            Duration.ofMinutes(2)),
        folder.resolve("state"),
        node -> true);
  }

  private String play(String component, String settings) {
    return "cd %s && PATH=%s:$PATH EXAMPLE_ROOT=%s EXAMPLE_LIBRARY=%s ansible-playbook -i localhost, -c local play.yaml -e component=%s -e settings=%s"
        .formatted(
            EXAMPLE.toAbsolutePath().normalize(),
            folder.resolve("programs"),
            folder,
            folder.resolve("library"),
            component,
            settings);
  }

  private Path settings() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("state"))) {
      return files
          .filter(file -> file.toString().endsWith(".properties"))
          .findFirst()
          .orElseThrow();
    }
  }

  private void prepare() throws IOException {
    for (Path script :
        List.of(EXAMPLE.resolve("apply-options"), Path.of("../../migrator/bin/apply-settings"))) {
      Path library = Files.createDirectories(folder.resolve("library"));
      Files.copy(script, library.resolve(script.getFileName()));
    }
    Files.createDirectories(conf().getParent());
    Files.createDirectories(folder.resolve("var/lib"));
    Files.writeString(conf(), OWN);
    Path systemctl = Files.createDirectories(folder.resolve("programs")).resolve("systemctl");
    Files.writeString(systemctl, "#!/bin/sh\ncase $1 in show) echo OPTS=-Dmine=1 LANG=C;; esac\n");
    Files.setPosixFilePermissions(systemctl, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void done(StepOutcome outcome) {
    assertThat(outcome.isDone()).as(outcome.text()).isTrue();
  }

  private Path conf() {
    return folder.resolve("opt/pulsar/conf/bookkeeper.conf");
  }

  private Path dropIn() {
    return folder.resolve("etc/systemd/system/bookkeeper.service.d/zz-metamigrate.conf");
  }
}
