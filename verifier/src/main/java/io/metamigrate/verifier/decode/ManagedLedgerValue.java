package io.metamigrate.verifier.decode;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.KeyValue;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.ManagedLedgerInfo;

/**
 * A topic's list of ledgers. An empty value is legal: a topic that was created and never opened.
 *
 * @param terminatedAt the last entry of a topic to which nothing may be added any more
 */
public record ManagedLedgerValue(
    List<Ledger> ledgers,
    Optional<EntryPosition> terminatedAt,
    SortedMap<String, String> properties) {

  /**
   * One ledger of a topic, oldest first.
   *
   * @param entries zero while the ledger is written to
   * @param deletedFromBookKeeper offloaded, and since gone from BookKeeper: its metadata node need
   *     not exist
   */
  public record Ledger(
      long id, long entries, long bytes, boolean offloaded, boolean deletedFromBookKeeper) {}

  public ManagedLedgerValue {
    ledgers = List.copyOf(ledgers);
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
  }

  public static Decoded<ManagedLedgerValue> decode(byte[] bytes) {
    return Decoded.of(() -> read(bytes));
  }

  private static ManagedLedgerValue read(byte[] bytes) throws IOException {
    ManagedLedgerInfo info = ManagedLedgerInfo.parseFrom(CompressedInfo.unpack(bytes));
    SortedMap<String, String> properties = new TreeMap<>();
    for (KeyValue property : info.getPropertiesList()) {
      properties.put(property.getKey(), property.getValue());
    }
    return new ManagedLedgerValue(
        info.getLedgerInfoList().stream().map(ManagedLedgerValue::ledger).toList(),
        info.hasTerminatedPosition()
            ? Optional.of(
                new EntryPosition(
                    info.getTerminatedPosition().getLedgerId(),
                    info.getTerminatedPosition().getEntryId()))
            : Optional.empty(),
        properties);
  }

  private static Ledger ledger(ManagedLedgerInfo.LedgerInfo info) {
    return new Ledger(
        info.getLedgerId(),
        info.getEntries(),
        info.getSize(),
        info.getOffloadContext().getComplete(),
        info.getOffloadContext().getBookkeeperDeleted());
  }
}
