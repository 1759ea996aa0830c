package io.metamigrate.verifier.decode;

import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.LongProperty;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.ManagedCursorInfo;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.StringProperty;

/**
 * The position of a subscription.
 *
 * @param cursorLedger the ledger in which a running broker keeps the position; none after a clean
 *     stop, when the whole position is in this value (Pulsar {@code
 *     ManagedCursorImpl.persistPositionWhenClosing})
 * @param markDelete everything up to and including it is acknowledged; its ledger may be trimmed
 * @param individuallyDeleted how many ranges above it are acknowledged too
 */
public record ManagedCursorValue(
    OptionalLong cursorLedger,
    Optional<EntryPosition> markDelete,
    int individuallyDeleted,
    SortedMap<String, Long> properties,
    SortedMap<String, String> cursorProperties) {

  /** Names the ledger that holds a topic's compacted form (Pulsar's {@code Compactor}). */
  private static final String COMPACTED_LEDGER = "CompactedTopicLedger";

  /** Each such property names a ledger of delayed messages ({@code BucketDelayedDelivery}). */
  private static final String DELAYED_BUCKET = "#pulsar.internal.delayed.bucket";

  public ManagedCursorValue {
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
    cursorProperties = Collections.unmodifiableSortedMap(new TreeMap<>(cursorProperties));
  }

  public static Decoded<ManagedCursorValue> decode(byte[] bytes) {
    return Decoded.of(() -> read(bytes));
  }

  /**
   * The ledgers without which something of this subscription cannot be read. Where it has a ledger
   * of its own, that one has the newer properties (Pulsar's {@code ManagedCursorImpl}), so that the
   * compacted ledger that is named here may have been replaced and deleted.
   */
  public LongStream ledgers() {
    Long compacted = properties.get(COMPACTED_LEDGER);
    LongStream buckets =
        cursorProperties.entrySet().stream()
            .filter(property -> property.getKey().startsWith(DELAYED_BUCKET))
            .map(Map.Entry::getValue)
            .filter(value -> value.matches("\\d{1,18}"))
            .mapToLong(Long::parseLong);
    LongStream own =
        compacted == null || cursorLedger.isPresent()
            ? cursorLedger.stream()
            : LongStream.of(compacted);
    return LongStream.concat(own, buckets);
  }

  private static ManagedCursorValue read(byte[] bytes) throws IOException {
    ManagedCursorInfo info = ManagedCursorInfo.parseFrom(CompressedInfo.unpack(bytes));
    SortedMap<String, Long> properties = new TreeMap<>();
    for (LongProperty property : info.getPropertiesList()) {
      properties.put(property.getName(), property.getValue());
    }
    SortedMap<String, String> cursorProperties = new TreeMap<>();
    for (StringProperty property : info.getCursorPropertiesList()) {
      cursorProperties.put(property.getName(), property.getValue());
    }
    return new ManagedCursorValue(
        info.getCursorsLedgerId() < 0
            ? OptionalLong.empty()
            : OptionalLong.of(info.getCursorsLedgerId()),
        info.hasMarkDeleteLedgerId()
            ? Optional.of(
                new EntryPosition(info.getMarkDeleteLedgerId(), info.getMarkDeleteEntryId()))
            : Optional.empty(),
        info.getIndividualDeletedMessagesCount(),
        properties,
        cursorProperties);
  }
}
