package io.metamigrate.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.MigrateProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else writes keys that the daemon answers for: it stops, and names them. */
final class ForeignWriterTest {
  private static final String KEY = "/admin/clusters/demo";

  @Test
  @Tag("campaign")
  void stopsAndNamesEachForeignChange(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory)) {
      MigrateProcess daemon = lab.daemon("daemon").start();
      daemon.awaitFollowing();
      daemon.barrier();
      byte[] right = lab.keys().get(KEY);
      long before = lab.admin().modRevision(KEY);

      lab.keys().put(KEY, "changed".getBytes(UTF_8));

      assertThat(daemon.awaitEnd()).isEqualTo(3);
      assertThat(daemon.log())
          .contains(
              "etcd key %s changed by another writer: expected revision %d, found %d"
                  .formatted(KEY, before, lab.admin().modRevision(KEY)));
      assertThat(status(daemon)).contains("Stopped").contains(KEY);
      assertThat(lab.admin().text(KEY)).isEqualTo("changed");

      // Repaired by hand it is still another writer's change, which has to be accepted once.
      lab.keys().put(KEY, right);
      assertThat(daemon.start().awaitEnd()).isEqualTo(3);
      MigrateProcess mistyping =
          lab.daemon("mistyping", "--accept-foreign", "/admin/clusters/dmo").start();
      assertThat(mistyping.awaitEnd()).isEqualTo(3);
      assertThat(mistyping.log())
          .contains("--accept-foreign /admin/clusters/dmo has no effect so far")
          .contains("did you mean " + KEY + "?");
      MigrateProcess accepting = accept(lab);
      assertThat(accepting.log()).doesNotContain("has no effect");

      lab.keys().put("/admin/clusters/new", new byte[0]);
      assertThat(accepting.awaitEnd()).isEqualTo(3);
      assertThat(accepting.log()).contains("etcd key /admin/clusters/new");
      lab.keys().delete("/admin/clusters/new");

      MigrateProcess again = lab.daemon("again", "--accept-foreign", "/admin/clusters/new").start();
      again.awaitFollowing();
      again.barrier();
      assertThat(lab.keys().delete(KEY)).isTrue();
      assertThat(again.awaitEnd()).isEqualTo(3);
      assertThat(again.log()).contains("etcd key " + KEY + " changed by another writer");
    }
  }

  @Test
  @Tag("campaign")
  void findsForeignChangesMadeWhileStopped(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory)) {
      MigrateProcess daemon = lab.daemon("daemon").start();
      daemon.awaitFollowing();
      daemon.barrier();
      daemon.process().stop();
      lab.keys().put("not/in/scope", "another writer's".getBytes(UTF_8));
      lab.keys().put(KEY, "changed while away".getBytes(UTF_8));

      assertRefusesChange(lab, daemon);
      MigrateProcess accepting = accept(lab);
      accepting.process().stop();
      // What is accepted is accepted: the next start finds nothing.
      daemon.start().awaitFollowing();
      lab.assertEqualAtTheBarrier(daemon);
      assertThat(lab.admin().version("not/in/scope")).isEqualTo(1);
    }
  }

  /** Its last writes are overtaken by ZooKeeper, and no history shows who made them. */
  @Test
  @Tag("campaign")
  void recognizesItsOwnWritesAfterKillAndCompaction(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory)) {
      MigrateProcess daemon = lab.daemon("daemon").start();
      try (Load load = lab.load(1_000)) {
        daemon.awaitFollowing();
        daemon.barrier();
        daemon.process().kill();
        lab.admin().endLease("metamigrate/lock");
        lab.admin().compact();
        long before = load.accepted();
        await("they are overtaken")
            .atMost(Duration.ofMinutes(3))
            .until(() -> load.accepted() > before + 2_000);

        daemon.start().awaitFollowing();
      }
      lab.assertEqualAtTheBarrier(daemon);
    }
  }

  @Test
  @Tag("campaign")
  void distrustsDifferingKeyOfCompactedHistory(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory)) {
      MigrateProcess daemon = lab.daemon("daemon").start();
      daemon.awaitFollowing();
      daemon.barrier();
      daemon.process().stop();
      lab.keys().put(KEY, "changed while away".getBytes(UTF_8));
      lab.admin().compact();

      assertRefusesChange(lab, daemon);
      accept(lab);
    }
  }

  private static void assertRefusesChange(FollowLab lab, MigrateProcess daemon) throws Exception {
    assertThat(daemon.start().awaitEnd()).isEqualTo(3);
    assertThat(daemon.log()).contains("etcd key " + KEY + " was changed by another writer");
    assertThat(lab.admin().text(KEY)).isEqualTo("changed while away");
  }

  /** Starts a daemon that accepts the changed key and repairs it. */
  private static MigrateProcess accept(FollowLab lab) throws Exception {
    MigrateProcess accepting = lab.daemon("accepting", "--accept-foreign", KEY).start();
    accepting.awaitFollowing();
    lab.assertEqualAtTheBarrier(accepting);
    return accepting;
  }

  private static String status(MigrateProcess daemon) {
    CommandLineRun run = CommandLineRun.migrate("status", "--config", daemon.config().toString());
    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("no daemon answers");
    return run.out();
  }
}
