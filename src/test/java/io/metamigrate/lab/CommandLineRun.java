package io.metamigrate.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metamigrate.migrator.cli.Migrate;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * One run of the {@code migrate} command, in this process, by its real command line.
 *
 * @param code the exit code
 */
public record CommandLineRun(int code, String out, String err) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static CommandLineRun migrate(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Migrate.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new CommandLineRun(code, out.toString(), err.toString());
  }

  /** Standard output as the one JSON document that it must be. */
  public JsonNode json() throws IOException {
    return JSON.readTree(out);
  }

  @Override
  public String toString() {
    return "exit code " + code + "\n" + out + "\n" + err;
  }
}
