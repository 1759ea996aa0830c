package io.metamigrate.migrator.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Waits for one line of standard input beside everything else; the end of the input is a line. Safe
 * for use by several threads: one reads, and one waits.
 */
final class LineReader {
  private volatile Optional<String> line = Optional.empty();

  private LineReader() {}

  static LineReader start() {
    LineReader reader = new LineReader();
    Thread thread = new Thread(reader::read, "line-reader");
    thread.setDaemon(true);
    thread.start();
    return reader;
  }

  Optional<String> line() {
    return line;
  }

  private void read() {
    try {
      String read =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      line = Optional.of(read == null ? "" : read);
    } catch (IOException e) {
      line = Optional.of("");
    }
  }
}
