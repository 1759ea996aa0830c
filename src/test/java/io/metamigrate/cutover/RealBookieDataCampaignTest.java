package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.BookieServer;
import io.metamigrate.lab.MigrateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real bookie of Pulsar 2.10.0 comes up on an empty disk, its cookie deleted as by a forced
 * format: registered and writable, and without its data.
 */
@Tag("campaign")
@Timeout(900)
final class RealBookieDataCampaignTest {
  @Test
  void emptyBookieStopsMoveBeforeTheSecond(@TempDir Path folder) throws Exception {
    try (PulsarBed bed = PulsarBed.start(folder, "2.10.0", 3, 1)) {
      bed.follow();
      BookieServer first = bed.cluster().bookies().get(0);
      BookieServer second = bed.cluster().bookies().get(1);
      emptyAtStart(folder, first, bed.etcdEndpoint());

      try (MigrateCommand cutover = bed.begin("cutover", "--yes")) {
        int code = cutover.awaitEnd();

        System.out.println(cutover.log());
        assertThat(code).as(cutover.log()).isEqualTo(7);
        assertThat(cutover.log())
            .contains("stopped at move-bookie " + first.id(), "was deleted and created again");
      }
      assertThat(bed.onEtcd().registered(first.registration())).isTrue();
      assertThat(bed.onEtcd().registered(second.registration())).isFalse();

      bed.migrate("rollback");

      bed.assertServingOn(bed.onZooKeeper(), bed.onEtcd());
    }
  }

  /** Puts what a volume that is gone and a format do before the node's next start, once. */
  private static void emptyAtStart(Path folder, BookieServer bookie, String etcd)
      throws IOException {
    Path home = folder.resolve(bookie.process().name());
    Path script = home.resolve("node");
    String key =
        Base64.getEncoder().encodeToString(("/ledgers/cookies/" + bookie.id()).getBytes(UTF_8));
    String loss =
        """
        if [ "$1" = start ] && [ ! -e %1$s/emptied ]; then
          touch %1$s/emptied
          rm -rf %1$s/journal %1$s/ledgers
          curl -sf %2$s/v3/kv/deleterange -d '{"key":"%3$s"}' >/dev/null || exit 1
        fi
        """
            .formatted(home, etcd, key);
    String text = Files.readString(script);
    int line = text.indexOf('\n') + 1;
    Files.writeString(script, text.substring(0, line) + loss + text.substring(line));
  }
}
