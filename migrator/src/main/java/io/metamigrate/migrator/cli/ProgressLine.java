package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.run.ProgressListener;
import java.util.Locale;

/**
 * Progress for people: step, count, rate and, if the end is known, the time left. Ten times a
 * second on a terminal, every five seconds otherwise. For one thread.
 */
final class ProgressLine implements ProgressListener {
  private static final long TERMINAL_NANOS = 100_000_000L;
  private static final long PLAIN_NANOS = 5_000_000_000L;

  private final Console console;
  private String step = "";
  private long started;
  private long shown;

  ProgressLine(Console console) {
    this.console = console;
  }

  @Override
  public void at(String what, long done, long total) {
    long now = System.nanoTime();
    if (!what.equals(step)) {
      step = what;
      started = now;
      shown = now;
    }
    if (now - shown < (console.terminal() ? TERMINAL_NANOS : PLAIN_NANOS)) {
      return;
    }
    shown = now;
    console.progress(line(what, done, total, (now - started) / 1e9));
  }

  static String line(String what, long done, long total, double seconds) {
    double rate = seconds > 0 ? done / seconds : 0;
    String head = String.format(Locale.ROOT, "%s %,d", what, done);
    if (total > 0) {
      head += String.format(Locale.ROOT, "/%,d %.0f%%", total, 100.0 * done / total);
    }
    head += String.format(Locale.ROOT, "  %,.0f/s", rate);
    boolean enough = total > 0 && done * 100 >= total && rate > 0;
    return enough
        ? head + String.format(Locale.ROOT, "  %.0f s left", (total - done) / rate)
        : head;
  }
}
