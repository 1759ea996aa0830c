package io.metamigrate.migrator.phase;

import io.metamigrate.verifier.store.Store;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last passing of the authority between the stores, as ZooKeeper keeps it in {@code
 * /metamigrate/epoch}: written when the first broker's start on etcd is issued, renewed by a
 * rollback, and left there permanently. An etcd that was emptied or restored from before that
 * moment is recognised by it. Written as {@code NUMBER NONCE STORE}.
 *
 * @param number grows with each passing
 * @param nonce of the move
 * @param authority the store that brokers use since
 */
public record Epoch(long number, String nonce, Store authority) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,18}) (\\S+) (etcd|zookeeper)");

  /**
   * Reads what {@link #toString} prints.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Epoch parse(String text) {
    return read(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "/metamigrate/epoch in ZooKeeper holds '%s', which is not the epoch of a move"
                        .formatted(text)));
  }

  /** The same; empty for anything else. */
  public static Optional<Epoch> read(String text) {
    Matcher parts = FORM.matcher(text);
    return parts.matches()
        ? Optional.of(
            new Epoch(
                Long.parseLong(parts.group(1)),
                parts.group(2),
                Store.valueOf(parts.group(3).toUpperCase(Locale.ROOT))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return number + " " + nonce + " " + authority.name().toLowerCase(Locale.ROOT);
  }
}
