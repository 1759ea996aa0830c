package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the rehearsal reports of the plays that an operator's commands run. */
final class PlayFilesTest {
  private static final Node BOOKIE = new Node(Component.BOOKIE, "b1:3181");

  /** As the public plays do: a template, and a handler that restarts its server. */
  private static final String TEMPLATED =
      """
      - hosts: bookies
        serial: 1
        vars: {secret: !vault "x"}
        tasks:
          - name: settings
            ansible.builtin.template: {src: bookkeeper.conf.j2, dest: /opt/pulsar/conf/bookkeeper.conf}
            notify: restart bookie
        handlers:
          - name: restart bookie
            tags: [restart]
            ansible.builtin.systemd: {name: bookkeeper, state: restarted}
      """;

  private final Path folder;
  private final Path play;

  PlayFilesTest(@TempDir Path folder) {
    this.folder = folder;
    this.play = folder.resolve("play.yml");
  }

  @Test
  void handlerThatRestartsIsConfirmed() throws IOException {
    write("play.yml", TEMPLATED);

    assertThat(blockers("ansible-playbook %s -l {host}"))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.acceptAs()).contains("RESTARTED_BY_OTHERS:" + play);
              assertThat(found.subject()).isEqualTo("cutover.driver.configure");
              assertThat(found.message())
                  .contains("whose task \"restart bookie\" restarts a server");
            });
    assertThat(blockers("ansible-playbook %s -l {host} --skip-tags restart")).isEmpty();
  }

  /** Each action of the driver is for one node, and the others must not be touched. */
  @ParameterizedTest
  @ValueSource(
      strings = {"ansible-playbook %s", "cd /tmp && ansible-playbook -i all.ini '%s' -f 1"})
  void playOnAllHostsIsConfirmed(String command) throws IOException {
    write("play.yml", TEMPLATED.replace("state: restarted", "state: stopped"));

    assertThat(blockers(command))
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("on every host of its inventory"));
    assertThat(blockers(command + " -e target={host}")).isEmpty();
    assertThat(blockers(command + " -l \"$METAMIGRATE_HOST\"")).isEmpty();
    write("play.yml", "- hosts: \"{{ lookup('env', 'METAMIGRATE_HOST') }}\"\n");
    assertThat(blockers(command)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "service: name=bookkeeper state=restarted | RESTARTED_BY_OTHERS | restarts a server",
        "systemd_service: {name: b, state: started} | RESTARTED_BY_OTHERS | starts a server",
        "shell: cd /opt && systemctl restart bookkeeper | RESTARTED_BY_OTHERS | restarts a server",
        "command: {argv: [bin/pulsar-daemon, start, bookie]} | RESTARTED_BY_OTHERS | starts a",
        "docker_container: {name: b, image: pulsar} | RESTARTED_BY_OTHERS | starts a server",
        "community.docker.docker_compose_v2: {project_src: /p, state: present} |"
            + " RESTARTED_BY_OTHERS | starts a server",
        "podman_container: name=b state=restarted | RESTARTED_BY_OTHERS | restarts a server",
        "ansible.builtin.reboot: {reboot_timeout: 600} | RESTARTED_BY_OTHERS | restarts a server",
        "shell: bin/bookkeeper shell bookieformat -n -f | STORE_FORMAT_FORCED | bookieformat",
        "command: {cmd: rm -rf /pulsar/data/bookkeeper} | STORE_FORMAT_FORCED | deletes a bookie's",
        "command: bin/pulsar initialize-cluster-metadata -c x | SET_UP_COMMAND | initialize-cluster"
      })
  void taskIsFoundWhereverThePlayHasIt(String task, String id, String text) throws IOException {
    write("play.yml", "- hosts: all\n  tasks:\n    - block:\n        - " + task + "\n");
    assertThat(lines()).hasSize(1).allMatch(line -> line.contains(id) && line.contains(text));

    write("play.yml", "- hosts: all\n  roles: [{role: bookie}]\n");
    assertThat(lines()).isEmpty();
    write("roles/bookie/handlers/main.yml", "- " + task + "\n");
    assertThat(lines()).hasSize(1).allMatch(line -> line.contains(id) && line.contains(text));

    write("roles/bookie/handlers/main.yml", "- import_tasks: more.yml\n");
    assertThat(lines()).isEmpty();
    write("roles/bookie/handlers/more.yml", "- import_tasks: more.yml\n- " + task + "\n");
    assertThat(lines()).hasSize(1).allMatch(line -> line.contains(id) && line.contains(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "service: name=bookkeeper state=stopped",
        "systemd: {daemon_reload: true}",
        "set_fact: {reboot: true}",
        "docker_container: {name: b, state: stopped}",
        "shell: systemctl is-active bookkeeper",
        "command: bin/bookkeeper shell whatisinstanceid",
        "copy: {src: a, dest: b}",
        "shell: rm -rf /var/log/pulsar"
      })
  void otherTasksHaveNoLine(String task) throws IOException {
    write("play.yml", "- hosts: all\n  serial: 1\n  tasks:\n    - " + task + "\n");

    assertThat(lines()).isEmpty();
  }

  /** The example's own, and what start may do. */
  @Test
  void playOfTheExampleAndStartHaveNoLine() throws IOException {
    Path example = Path.of("../runbooks/examples/systemd/play.yaml");
    assertThat(example).exists();
    assertThat(blockers("ansible-playbook " + example + " -l {host}")).isEmpty();

    write("play.yml", "- hosts: all\n  tasks:\n    - service: {name: b, state: started}\n");
    assertThat(check("true", "ansible-playbook " + play + " -l {host}"))
        .noneMatch(Obstacle::blocks);
    write("play.yml", "- hosts: all\n  tasks:\n    - service: {name: b, state: restarted}\n");
    assertThat(check("true", "ansible-playbook " + play + " -l {host}"))
        .filteredOn(Obstacle::blocks)
        .hasSize(1);
  }

  private List<Obstacle> blockers(String configure) {
    return check(configure.formatted(play), "true").stream().filter(Obstacle::blocks).toList();
  }

  /** Those of a play on the node's host. */
  private List<String> lines() {
    return check("ansible-playbook " + play + " -l {host}", "true").stream()
        .map(Obstacle::message)
        .filter(line -> line.matches("(?s).*(RESTARTED_BY|STORE_FORMAT|SET_UP_COMMAND).*"))
        .toList();
  }

  private List<Obstacle> check(String configure, String start) {
    return new CommandDriver(
            "true",
            ansible(configure),
            ansible(start),
            Optional.of("true"),
            Optional.of("echo a=b"),
            Optional.empty(),
            folder.resolve("state"),
            Duration.ofSeconds(20))
        .check(List.of(BOOKIE));
  }

  /** The program need not be there for its files to be read. */
  private static String ansible(String command) {
    return command.equals("true") ? command : "true; " + command;
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
