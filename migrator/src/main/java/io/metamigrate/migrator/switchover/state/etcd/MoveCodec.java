package io.metamigrate.migrator.switchover.state.etcd;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.metamigrate.migrator.switchover.engine.Progress;
import io.metamigrate.migrator.switchover.state.MoveDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The document as JSON, so that an operator can read it with any etcd client. */
final class MoveCodec {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .addMixIn(Progress.class, ByState.class)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private MoveCodec() {}

  /** The names of the states are persisted. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Progress.Running.class, name = "running"),
    @JsonSubTypes.Type(value = Progress.Undoing.class, name = "undoing"),
    @JsonSubTypes.Type(value = Progress.Undone.class, name = "undone"),
    @JsonSubTypes.Type(value = Progress.Committed.class, name = "committed"),
    @JsonSubTypes.Type(value = Progress.Completed.class, name = "completed")
  })
  private interface ByState {}

  static byte[] write(MoveDocument document) {
    try {
      return JSON.writeValueAsString(document).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the document of the moves cannot be written as JSON", e);
    }
  }

  /**
   * Reads what {@link #write} writes.
   *
   * @throws IllegalArgumentException for one of another format, naming it
   */
  static MoveDocument read(byte[] json) {
    try {
      int format = JSON.readTree(json).path("format").asInt();
      if (format != MoveDocument.FORMAT) {
        throw new IllegalArgumentException(
            "the document on etcd (key metamigrate/moves) has format %d, this version reads %d; use the version that wrote it"
                .formatted(format, MoveDocument.FORMAT));
      }
      return JSON.readValue(json, MoveDocument.class);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the document on etcd (key metamigrate/moves) cannot be read: " + e.getMessage(), e);
    }
  }
}
