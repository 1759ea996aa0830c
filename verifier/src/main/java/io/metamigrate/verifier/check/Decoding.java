package io.metamigrate.verifier.check;

import io.metamigrate.verifier.decode.CookieValue;
import io.metamigrate.verifier.decode.Decoded;
import io.metamigrate.verifier.decode.LedgerMetadataValue;
import io.metamigrate.verifier.decode.ManagedCursorValue;
import io.metamigrate.verifier.decode.ManagedLedgerValue;
import io.metamigrate.verifier.decode.PartitionedTopicValue;
import io.metamigrate.verifier.decode.SchemaLocatorValue;
import java.util.Arrays;
import java.util.function.Function;

/**
 * The decoders of both stores: what comes twice in a row, as it does if the stores are equal, is
 * decoded once. Not thread safe.
 */
final class Decoding {
  final Last<LedgerMetadataValue> ledger = new Last<>(LedgerMetadataValue::decode);
  final Last<CookieValue> cookie = new Last<>(CookieValue::decode);
  final Last<ManagedLedgerValue> topic = new Last<>(ManagedLedgerValue::decode);
  final Last<ManagedCursorValue> cursor = new Last<>(ManagedCursorValue::decode);
  final Last<PartitionedTopicValue> partitions = new Last<>(PartitionedTopicValue::decode);
  final Last<SchemaLocatorValue> schema = new Last<>(SchemaLocatorValue::decode);

  /** One kind of value, with the last one decoded. */
  static final class Last<T> {
    private final Function<byte[], Decoded<T>> decoder;
    private byte[] value = new byte[0];
    private Decoded<T> outcome;

    private Last(Function<byte[], Decoded<T>> decoder) {
      this.decoder = decoder;
      this.outcome = decoder.apply(value);
    }

    Decoded<T> of(StoreEntry entry) {
      if (!Arrays.equals(value, entry.value())) {
        value = entry.value();
        outcome = decoder.apply(value);
      }
      return outcome;
    }
  }
}
