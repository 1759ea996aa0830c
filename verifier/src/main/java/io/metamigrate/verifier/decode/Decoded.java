package io.metamigrate.verifier.decode;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The result of decoding one value: the record it holds, or why it cannot be read. */
public sealed interface Decoded<T> {

  /** The bytes were read. */
  record Value<T>(T value) implements Decoded<T> {
    public Value {
      Objects.requireNonNull(value, "value");
    }
  }

  /** The bytes are not what this kind of node holds; the reason names what was wrong with them. */
  record Undecodable<T>(String reason) implements Decoded<T> {
    public Undecodable {
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** The record, if the bytes were read. */
  default Optional<T> decoded() {
    return this instanceof Value<T> decoded ? Optional.of(decoded.value()) : Optional.empty();
  }

  /** One answer for both cases. */
  default <R> R either(Function<T, R> whenDecoded, Function<String, R> whenNot) {
    if (this instanceof Value<T> decoded) {
      return whenDecoded.apply(decoded.value());
    }
    return whenNot.apply(((Undecodable<T>) this).reason());
  }

  /** One thing to do for each case. */
  default void match(Consumer<T> whenDecoded, Consumer<String> whenNot) {
    if (this instanceof Value<T> decoded) {
      whenDecoded.accept(decoded.value());
    } else {
      whenNot.accept(((Undecodable<T>) this).reason());
    }
  }

  /**
   * Runs a decoder and turns everything that it throws into a reason. The decompressors and number
   * parsers throw all kinds of runtime exceptions for bad bytes, so all are caught; here, and
   * nowhere else.
   */
  static <T> Decoded<T> of(Decoder<T> decoder) {
    try {
      return new Value<>(decoder.decode());
    } catch (IOException | RuntimeException e) {
      String message = e.getMessage();
      return new Undecodable<>(message == null ? e.getClass().getSimpleName() : message);
    }
  }

  /** Reads one value; may throw for bad bytes. */
  @FunctionalInterface
  interface Decoder<T> {
    T decode() throws IOException;
  }
}
