package io.metamigrate.migrator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.metamigrate.migrator.phase.JsonFormat;
import java.io.PrintWriter;

/**
 * Where a command prints: results on standard output, as text or as exactly one JSON document;
 * everything else on standard error.
 */
final class Console {
  private static final JsonMapper JSON =
      JsonFormat.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static final boolean JSON_LINES = "json".equals(System.getenv("METAMIGRATE_LOG_FORMAT"));

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean terminal;

  Console(PrintWriter out, PrintWriter err, boolean terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  PrintWriter out() {
    return out;
  }

  PrintWriter err() {
    return err;
  }

  /** The result of a command: its text, or the value as JSON. */
  void result(OutputFormat format, String text, Object value) {
    if (format == OutputFormat.JSON) {
      try {
        out.println(JSON.writeValueAsString(value));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("the result cannot be written as JSON", e);
      }
    } else {
      out.print(text);
    }
    out.flush();
  }

  void text(String text) {
    out.print(text);
    out.flush();
  }

  void error(String line) {
    err.println(JSON_LINES ? logged("ERROR", line) : "migrate: " + line);
    err.flush();
  }

  /** A line about the progress, not the result. */
  void info(String line) {
    err.println(JSON_LINES ? logged("INFO", line) : line);
    err.flush();
  }

  /** As logback's JsonEncoder writes it, so that a collector of logs meets one form. */
  static String logged(String level, String line) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("timestamp", System.currentTimeMillis())
        .put("level", level)
        .put("loggerName", "migrate")
        .put("formattedMessage", line)
        .toString();
  }

  /** Overwrites itself on a terminal. */
  void progress(String line) {
    if (terminal && !JSON_LINES) {
      err.print("\r\u001b[K" + line);
    } else {
      err.println(JSON_LINES ? logged("INFO", line) : line);
    }
    err.flush();
  }

  void progressDone() {
    if (terminal && !JSON_LINES) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }

  boolean terminal() {
    return terminal;
  }
}
