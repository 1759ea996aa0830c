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
 * decoded once. For one thread.
 */
final class Decoding {
  final LastValue<LedgerMetadataValue> ledger = new LastValue<>(LedgerMetadataValue::decode);
  final LastValue<CookieValue> cookie = new LastValue<>(CookieValue::decode);
  final LastValue<ManagedLedgerValue> topic = new LastValue<>(ManagedLedgerValue::decode);
  final LastValue<ManagedCursorValue> cursor = new LastValue<>(ManagedCursorValue::decode);
  final LastValue<PartitionedTopicValue> partitions =
      new LastValue<>(PartitionedTopicValue::decode);
  final LastValue<SchemaLocatorValue> schema = new LastValue<>(SchemaLocatorValue::decode);

  /** One kind of value, with the last one decoded. */
  static final class LastValue<T> {
    private final Function<byte[], Decoded<T>> decoder;
    private byte[] value = new byte[0];
    private Decoded<T> outcome;

    private LastValue(Function<byte[], Decoded<T>> decoder) {
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
