package io.metamigrate.migrator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.Fault;
import io.metamigrate.migrator.phase.JsonFormat;
import io.metamigrate.migrator.plan.SavedPlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A saved plan in a file, as JSON. A file is written completely or not at all. */
final class PlanFile {
  private static final JsonMapper JSON =
      JsonFormat.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private PlanFile() {}

  /**
   * Writes it, over an earlier one.
   *
   * @throws ConfigurationException when the file cannot be written
   */
  static void write(Path file, SavedPlan plan) {
    try {
      Path next = file.resolveSibling(file.getFileName() + ".new");
      Files.write(next, JSON.writeValueAsBytes(plan));
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw FileFault.notWritten(file, "the plan", e);
    }
  }

  /**
   * Reads one back.
   *
   * @throws ConfigurationException when it is no saved plan, or one of another format
   */
  static SavedPlan read(Path file) {
    if (FileFault.isSpecial(file)) {
      throw fault(file, "this is a pipe or device; give the path of a saved plan");
    }
    try (InputStream saved = Files.newInputStream(file)) {
      SavedPlan plan = JSON.readValue(saved, SavedPlan.class);
      if (plan.format() != SavedPlan.FORMAT) {
        throw fault(
            file,
            "the plan has format %d, but this version reads %d; save a new one"
                .formatted(plan.format(), SavedPlan.FORMAT));
      }
      return plan;
    } catch (JsonProcessingException e) {
      throw fault(file, "this is not a saved plan; create one with `migrate plan --save FILE`");
    } catch (IOException e) {
      throw FileFault.notRead(file, "the plan", e);
    }
  }

  private static ConfigurationException fault(Path file, String message) {
    return new ConfigurationException(new Fault(file.toString(), "", message));
  }
}
