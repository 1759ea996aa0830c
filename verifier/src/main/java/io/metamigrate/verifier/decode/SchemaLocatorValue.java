package io.metamigrate.verifier.decode;

import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.pulsar.broker.service.schema.SchemaStorageFormat.IndexEntry;
import org.apache.pulsar.broker.service.schema.SchemaStorageFormat.SchemaLocator;

/**
 * Where the versions of a topic's schema are stored.
 *
 * @param latest the newest version
 * @param index the versions that this value still lists, oldest first
 */
public record SchemaLocatorValue(Version latest, List<Version> index) {

  /** One version of a schema and the ledger entry that holds it. */
  record Version(long version, EntryPosition position) {}

  public SchemaLocatorValue {
    index = List.copyOf(index);
  }

  public static Decoded<SchemaLocatorValue> decode(byte[] bytes) {
    return Decoded.of(() -> read(bytes));
  }

  /** Every ledger named; a negative one means none yet and is left out. */
  public LongStream ledgers() {
    return Stream.concat(Stream.of(latest), index.stream())
        .mapToLong(version -> version.position().ledger())
        .filter(ledger -> ledger >= 0)
        .distinct();
  }

  private static SchemaLocatorValue read(byte[] bytes) throws IOException {
    SchemaLocator locator = SchemaLocator.parseFrom(bytes);
    return new SchemaLocatorValue(
        version(locator.getInfo()),
        locator.getIndexList().stream().map(SchemaLocatorValue::version).toList());
  }

  private static Version version(IndexEntry entry) {
    return new Version(
        entry.getVersion(),
        new EntryPosition(entry.getPosition().getLedgerId(), entry.getPosition().getEntryId()));
  }
}
