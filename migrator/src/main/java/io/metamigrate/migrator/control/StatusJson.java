package io.metamigrate.migrator.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metamigrate.migrator.phase.JsonFormat;

/** The JSON form of a {@link Status}: times in ISO 8601, what is not known as null. */
public final class StatusJson {
  private static final ObjectMapper MAPPER =
      JsonFormat.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private StatusJson() {}

  /** One line of JSON. */
  public static String write(Status status) {
    try {
      return MAPPER.writeValueAsString(status);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a status that has no JSON form: " + status, e);
    }
  }

  /**
   * Reads what {@link #write} wrote; fields of later versions are left out.
   *
   * @throws IllegalArgumentException when it is no status
   */
  static Status read(String json) {
    try {
      return MAPPER.readValue(json, Status.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("this is not a daemon's status", e);
    }
  }
}
