package io.metamigrate.migrator.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.KeyValue;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.LongProperty;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.ManagedCursorInfo;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.ManagedLedgerInfo;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.ManagedLedgerInfo.LedgerInfo;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.MessageRange;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.NestedPositionInfo;
import org.apache.bookkeeper.proto.DataFormats.BookieServiceInfoFormat;
import org.apache.bookkeeper.proto.DataFormats.CookieFormat;
import org.apache.bookkeeper.proto.DataFormats.LedgerMetadataFormat;
import org.apache.pulsar.broker.service.schema.SchemaStorageFormat.IndexEntry;
import org.apache.pulsar.broker.service.schema.SchemaStorageFormat.PositionInfo;
import org.apache.pulsar.broker.service.schema.SchemaStorageFormat.SchemaLocator;

/** Values as brokers and bookies write them. Times follow from ids, so that runs are alike. */
final class StoredValues {
  private static final long FIRST_LEDGER_MILLIS = 1_700_000_000_000L;
  private static final int ENTRY_BYTES = 1024;

  private StoredValues() {}

  /** A closed ledger of two copies. */
  static byte[] ledger(
      long id, long entries, List<String> bookies, Map<String, String> customMetadata) {
    LedgerMetadataFormat.Builder ledger =
        LedgerMetadataFormat.newBuilder()
            .setQuorumSize(2)
            .setEnsembleSize(2)
            .setAckQuorumSize(2)
            .setLength(entries * ENTRY_BYTES)
            .setLastEntryId(entries - 1)
            .setState(LedgerMetadataFormat.State.CLOSED)
            .setDigestType(LedgerMetadataFormat.DigestType.CRC32C)
            .setPassword(ByteString.EMPTY)
            .setCtime(createdAt(id))
            .setCToken(0)
            .addSegment(
                LedgerMetadataFormat.Segment.newBuilder()
                    .setFirstEntryId(0)
                    .addAllEnsembleMember(bookies));
    new TreeMap<>(customMetadata)
        .forEach(
            (key, value) ->
                ledger.addCustomMetadata(
                    LedgerMetadataFormat.cMetadataMapEntry
                        .newBuilder()
                        .setKey(key)
                        .setValue(ByteString.copyFromUtf8(value))));
    return withHeader("BookieMetadataFormatVersion\t3\n", ledger.build());
  }

  /** The ledgers of a topic, each of that many entries. */
  static byte[] topic(List<Long> ledgers, long entries, Map<String, String> properties) {
    ManagedLedgerInfo.Builder topic = ManagedLedgerInfo.newBuilder();
    for (long id : ledgers) {
      topic.addLedgerInfo(
          LedgerInfo.newBuilder()
              .setLedgerId(id)
              .setEntries(entries)
              .setSize(entries * ENTRY_BYTES)
              .setTimestamp(createdAt(id)));
    }
    properties.forEach(
        (key, value) -> topic.addProperties(KeyValue.newBuilder().setKey(key).setValue(value)));
    return topic.build().toByteArray();
  }

  /** A subscription; with a ledger of its own, or with its whole position here. */
  static byte[] cursor(
      OptionalLong cursorLedger,
      long ledger,
      long entry,
      int ranges,
      Map<String, Long> properties) {
    ManagedCursorInfo.Builder cursor =
        ManagedCursorInfo.newBuilder()
            .setCursorsLedgerId(cursorLedger.orElse(-1))
            .setMarkDeleteLedgerId(ledger)
            .setMarkDeleteEntryId(entry);
    for (int range = 1; range <= ranges; range++) {
      cursor.addIndividualDeletedMessages(
          MessageRange.newBuilder()
              .setLowerEndpoint(position(ledger, entry + 3L * range))
              .setUpperEndpoint(position(ledger, entry + 3L * range + 1)));
    }
    properties.forEach(
        (key, value) ->
            cursor.addProperties(LongProperty.newBuilder().setName(key).setValue(value)));
    return cursor.build().toByteArray();
  }

  /** The versions of a schema, one ledger each. */
  static byte[] schema(List<Long> ledgers) {
    SchemaLocator.Builder schema = SchemaLocator.newBuilder();
    for (int version = 0; version < ledgers.size(); version++) {
      schema.addIndex(
          IndexEntry.newBuilder()
              .setVersion(version)
              .setPosition(
                  PositionInfo.newBuilder().setLedgerId(ledgers.get(version)).setEntryId(0))
              .setHash(ByteString.copyFromUtf8("schema-" + ledgers.get(version))));
    }
    return schema.setInfo(schema.getIndex(ledgers.size() - 1)).build().toByteArray();
  }

  static byte[] cookie(String bookie, String instanceId) {
    CookieFormat cookie =
        CookieFormat.newBuilder()
            .setBookieHost(bookie)
            .setJournalDir("/pulsar/data/bookkeeper/journal")
            .setLedgerDirs("1\t/pulsar/data/bookkeeper/ledgers")
            .setInstanceId(instanceId)
            .build();
    return ("4\n" + cookie).getBytes(UTF_8);
  }

  static byte[] registration(String host, int port) {
    return BookieServiceInfoFormat.newBuilder()
        .addEndpoints(endpoint("httpserver", "http", "0.0.0.0", 8000))
        .addEndpoints(endpoint("bookie", "bookie-rpc", host, port))
        .build()
        .toByteArray();
  }

  private static BookieServiceInfoFormat.Endpoint endpoint(
      String id, String protocol, String host, int port) {
    return BookieServiceInfoFormat.Endpoint.newBuilder()
        .setId(id)
        .setProtocol(protocol)
        .setHost(host)
        .setPort(port)
        .build();
  }

  private static NestedPositionInfo position(long ledger, long entry) {
    return NestedPositionInfo.newBuilder().setLedgerId(ledger).setEntryId(entry).build();
  }

  private static long createdAt(long ledger) {
    return FIRST_LEDGER_MILLIS + ledger * 1000;
  }

  private static byte[] withHeader(String header, MessageLite message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      out.write(header.getBytes(UTF_8));
      message.writeDelimitedTo(out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }
}
