package io.metamigrate.migrator.cutover;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.metamigrate.migrator.phase.JsonFormat;
import io.metamigrate.migrator.phase.UnreadableRecordException;
import io.metamigrate.verifier.store.ZkPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The state of a cutover as JSON, so that an operator can read it with any etcd client. */
public final class CutoverCodec {
  private static final JsonMapper JSON =
      JsonFormat.builder()
          .addModule(
              new SimpleModule()
                  .addKeyDeserializer(
                      ZkPath.class,
                      new KeyDeserializer() {
                        @Override
                        public Object deserializeKey(String key, DeserializationContext context) {
                          return new ZkPath(key);
                        }
                      }))
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private CutoverCodec() {}

  static byte[] write(CutoverState state) {
    try {
      return JSON.writeValueAsString(state).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the state of the cutover cannot be written as JSON", e);
    }
  }

  /** What a bookie had before its restart. */
  static byte[] write(BookieContents contents) {
    return pretty(contents);
  }

  /** Reads what {@link #write(BookieContents)} wrote. */
  static BookieContents readContents(byte[] json) {
    try {
      return JSON.readValue(json, BookieContents.class);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "what a bookie had before its restart cannot be read from etcd: " + e.getMessage(), e);
    }
  }

  /** The nodes of a move. */
  static byte[] write(NodeList nodes) {
    return pretty(nodes);
  }

  /** Reads the nodes of a move; what a later release added is left out. */
  static NodeList readNodes(byte[] json) {
    try {
      return JSON.readerFor(NodeList.class)
          .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .readValue(json);
    } catch (IOException e) {
      throw UnreadableRecordException.of("metamigrate/nodes", String.valueOf(e.getMessage()));
    }
  }

  /** The copy of a move in ZooKeeper. */
  static byte[] write(MoveBackup copy) {
    try {
      return JSON.writeValueAsString(copy).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the copy of the move cannot be written as JSON", e);
    }
  }

  /** Reads what was written by the same release. */
  static MoveBackup readCopy(byte[] json) {
    try {
      return JSON.readValue(json, MoveBackup.class);
    } catch (IOException e) {
      throw UnreadableRecordException.ofZnode(
          MoveBackup.PATH.value(), String.valueOf(e.getMessage()));
    }
  }

  /** The record of a finished cutover, for people and their tools. */
  static byte[] write(CutoverRecord record) {
    return pretty(record);
  }

  /** A stop that etcd did not take. */
  static byte[] write(StopFile.Content stop) {
    return pretty(stop);
  }

  private static byte[] pretty(Object document) {
    try {
      return JSON.writerWithDefaultPrettyPrinter()
          .writeValueAsString(document)
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the document cannot be written as JSON", e);
    }
  }

  /**
   * Reads a state.
   *
   * @throws IllegalArgumentException for one of another format, naming it
   */
  public static CutoverState read(byte[] json) {
    try {
      int format = JSON.readTree(json).path("format").asInt();
      if (format != CutoverState.FORMAT) {
        throw new IllegalArgumentException(
            "the cutover on etcd has format %d, this version reads %d; use the version that wrote it"
                .formatted(format, CutoverState.FORMAT));
      }
      return JSON.readValue(json, CutoverState.class);
    } catch (IOException e) {
      throw UnreadableRecordException.of("metamigrate/cutover", String.valueOf(e.getMessage()));
    }
  }
}
