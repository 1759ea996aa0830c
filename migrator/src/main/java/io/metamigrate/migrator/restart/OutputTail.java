package io.metamigrate.migrator.restart;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/** The last bytes of an output; what came before is dropped. Safe for use by several threads. */
final class OutputTail {
  private static final int BYTES = 4096;
  private static final int LINES = 20;

  private byte[] kept = new byte[0];
  private boolean cut;

  void append(byte[] bytes) {
    append(bytes, bytes.length);
  }

  synchronized void append(byte[] bytes, int length) {
    int wanted = Math.min(BYTES, kept.length + length);
    cut |= wanted < kept.length + length;
    byte[] next = new byte[wanted];
    int fromNew = Math.min(length, wanted);
    int fromOld = wanted - fromNew;
    System.arraycopy(kept, kept.length - fromOld, next, 0, fromOld);
    System.arraycopy(bytes, length - fromNew, next, fromOld, fromNew);
    kept = next;
  }

  /** The last lines, without control characters that would move a terminal's cursor. */
  synchronized String text() {
    String all = new String(kept, StandardCharsets.UTF_8).replaceAll("[\\p{Cntrl}&&[^\n\t]]", "");
    long lines = all.lines().count();
    String last = all.lines().skip(Math.max(0, lines - LINES)).collect(Collectors.joining("\n"));
    return (cut || lines > LINES ? "…\n" : "") + last.strip();
  }
}
