package io.metamigrate.migrator.phase;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The checkpoint as JSON, so that an operator can read it with any etcd client. */
public final class CheckpointCodec {
  private static final JsonMapper JSON =
      JsonFormat.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private CheckpointCodec() {}

  public static byte[] write(Checkpoint checkpoint) {
    try {
      return JSON.writeValueAsString(checkpoint).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("checkpoint cannot be written as JSON", e);
    }
  }

  /**
   * Reads a checkpoint.
   *
   * @throws UnreadableRecordException for one of another format, naming it
   */
  public static Checkpoint read(byte[] json) {
    try {
      int format = JSON.readTree(json).path("format").asInt();
      if (format != Checkpoint.FORMAT) {
        throw new UnreadableRecordException(
            "the checkpoint on etcd has format %d, this version reads %d; use the version that wrote it"
                .formatted(format, Checkpoint.FORMAT));
      }
      return JSON.readValue(json, Checkpoint.class);
    } catch (IOException e) {
      throw UnreadableRecordException.of("metamigrate/checkpoint", String.valueOf(e.getMessage()));
    }
  }
}
