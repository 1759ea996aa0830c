package io.metamigrate.verifier.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Random;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.junit.jupiter.api.Test;

final class TemporaryMapTest {
  private static final int ROWS = 60_000;

  /** A chunk that nothing needs any more goes at once, as after 45 s of reading. */
  @Test
  void iteratorStaysValid() throws Exception {
    try (TemporaryMap<Boolean> map =
        TemporaryMap.writtenOnce("metamigrate-test-", 1, 256, new PathIndex.NoValue())) {
      MVStore store = map.rows().getStore();
      store.setRetentionTime(0);
      Random random = new Random(1);
      String name = "n".repeat(100);
      for (int i = 0; i < ROWS; i++) {
        map.rows().put("/d" + random.nextInt(200) + "/" + name + i, Boolean.TRUE);
      }
      store.commit();
      store.setAutoCommitDelay(1);

      Iterator<String> rows = map.rows().keyIterator(null);
      int read = 0;
      while (rows.hasNext()) {
        rows.next();
        read++;
        if (read % 1_000 == 0) {
          // The store's own thread compacts meanwhile, if it does.
          Thread.sleep(20);
        }
      }

      assertThat(read).isEqualTo(ROWS);
    }
  }

  @Test
  void reportsFullDiskWithItsDirectory() {
    IOException full = new IOException("No space left on device");
    MVStoreException closed = new MVStoreException(4, "This store is closed");
    closed.initCause(new MVStoreException(2, "Writing failed").initCause(full));

    assertThat(TemporaryMap.diskFault(new IllegalStateException(closed)).orElseThrow())
        .contains(System.getProperty("java.io.tmpdir"), "No space left on device");
    assertThat(TemporaryMap.diskFault(new MVStoreException(9, "Chunk 1 not found"))).isEmpty();
    assertThat(TemporaryMap.diskFault(new UncheckedIOException(full))).isEmpty();
  }
}
