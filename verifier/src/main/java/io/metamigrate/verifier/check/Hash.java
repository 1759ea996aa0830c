package io.metamigrate.verifier.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;

/**
 * A number that represents a text if the texts themselves would take too much memory. Two of a
 * million texts share one with a chance of about one in forty million.
 */
final class Hash {
  private static final HashFunction FUNCTION = Hashing.murmur3_128();

  private Hash() {}

  static long of(String text) {
    return FUNCTION.hashString(text, UTF_8).asLong();
  }
}
