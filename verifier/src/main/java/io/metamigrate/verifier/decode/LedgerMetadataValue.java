package io.metamigrate.verifier.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.bookkeeper.proto.DataFormats.LedgerMetadataFormat;

/**
 * The metadata of one BookKeeper ledger, in any of the three formats that BookKeeper has written
 * since 4.0 (its {@code LedgerMetadataSerDe}). The ledger's password is left out on purpose.
 *
 * @param quorum how its entries are spread
 * @param ensembles the bookies that hold the ledger, by the first entry of each ensemble
 * @param length in bytes, known only of a closed ledger
 * @param lastEntry known only of a closed ledger; -1 there means closed without entries
 */
public record LedgerMetadataValue(
    int formatVersion,
    LedgerState state,
    Quorum quorum,
    NavigableMap<Long, List<String>> ensembles,
    OptionalLong length,
    OptionalLong lastEntry) {

  /**
   * How entries are spread over bookies.
   *
   * @param ensembleSize bookies that hold a segment
   * @param writeQuorum bookies that each entry is written to
   * @param ackQuorum bookies that have to acknowledge an entry
   */
  public record Quorum(int ensembleSize, int writeQuorum, int ackQuorum) {}

  /** Whether a ledger is still written to. */
  public enum LedgerState {
    OPEN,
    IN_RECOVERY,
    CLOSED
  }

  private static final String HEADER = "BookieMetadataFormatVersion\t";

  /** The first field of the last line of format 1 when the ledger is in recovery. */
  private static final long FORMAT_1_IN_RECOVERY = -102;

  public LedgerMetadataValue {
    NavigableMap<Long, List<String>> copy = new TreeMap<>();
    ensembles.forEach((first, bookies) -> copy.put(first, List.copyOf(bookies)));
    ensembles = Collections.unmodifiableNavigableMap(copy);
  }

  public static Decoded<LedgerMetadataValue> decode(byte[] bytes) {
    return Decoded.of(() -> read(bytes));
  }

  private static LedgerMetadataValue read(byte[] bytes) throws IOException {
    int end = 0;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    String header = new String(bytes, 0, end, UTF_8);
    if (!header.startsWith(HEADER) || end == bytes.length) {
      throw new IOException("no BookieMetadataFormatVersion header");
    }
    String version = header.substring(HEADER.length());
    int body = end + 1;
    return switch (version) {
      case "1" -> format1(text(bytes, body));
      case "2" -> format2(text(bytes, body));
      case "3" -> format3(bytes, body);
      default -> throw new IOException("ledger metadata format " + version + " is not known");
    };
  }

  private static String text(byte[] bytes, int from) {
    return new String(bytes, from, bytes.length - from, UTF_8);
  }

  private static LedgerMetadataValue format1(String text) throws IOException {
    List<String> lines = text.lines().toList();
    if (lines.size() < 3) {
      throw new IOException("ledger metadata ends after " + lines.size() + " lines");
    }
    int copies = Integer.parseInt(lines.get(0));
    int ensembleSize = Integer.parseInt(lines.get(1));
    OptionalLong length = OptionalLong.of(Long.parseLong(lines.get(2)));
    NavigableMap<Long, List<String>> ensembles = new TreeMap<>();
    LedgerState state = LedgerState.OPEN;
    OptionalLong last = OptionalLong.empty();
    for (String line : lines.subList(3, lines.size())) {
      List<String> fields = List.of(line.split("\t", -1));
      long entry = Long.parseLong(fields.get(0));
      List<String> bookies = fields.subList(1, fields.size());
      if (bookies.equals(List.of("CLOSED"))) {
        state = entry == FORMAT_1_IN_RECOVERY ? LedgerState.IN_RECOVERY : LedgerState.CLOSED;
        last = state == LedgerState.CLOSED ? OptionalLong.of(entry) : OptionalLong.empty();
        break;
      }
      ensembles.put(entry, bookies);
    }
    return new LedgerMetadataValue(
        1,
        state,
        new Quorum(ensembleSize, copies, copies),
        ensembles,
        state == LedgerState.CLOSED ? length : OptionalLong.empty(),
        last);
  }

  private static LedgerMetadataValue format2(String text) throws IOException {
    LedgerMetadataFormat.Builder builder = LedgerMetadataFormat.newBuilder();
    TextFormat.merge(text, builder);
    return of(2, builder.build());
  }

  private static LedgerMetadataValue format3(byte[] bytes, int from) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(bytes, from, bytes.length - from);
    int size = in.readRawVarint32();
    int start = from + in.getTotalBytesRead();
    if (size < 0 || size > bytes.length - start) {
      // protobuf's own reader takes a value cut between two fields for whole
      throw new IOException("ledger metadata of " + size + " bytes is cut off");
    }
    LedgerMetadataFormat format =
        LedgerMetadataFormat.parseFrom(ByteString.copyFrom(bytes, start, size));
    return of(3, format);
  }

  private static LedgerMetadataValue of(int version, LedgerMetadataFormat format) {
    NavigableMap<Long, List<String>> ensembles = new TreeMap<>();
    format
        .getSegmentList()
        .forEach(s -> ensembles.put(s.getFirstEntryId(), s.getEnsembleMemberList()));
    LedgerState state =
        switch (format.getState()) {
          case OPEN -> LedgerState.OPEN;
          case IN_RECOVERY -> LedgerState.IN_RECOVERY;
          case CLOSED -> LedgerState.CLOSED;
        };
    boolean closed = state == LedgerState.CLOSED;
    return new LedgerMetadataValue(
        version,
        state,
        new Quorum(
            format.getEnsembleSize(),
            format.getQuorumSize(),
            format.hasAckQuorumSize() ? format.getAckQuorumSize() : format.getQuorumSize()),
        ensembles,
        closed ? OptionalLong.of(format.getLength()) : OptionalLong.empty(),
        closed ? OptionalLong.of(format.getLastEntryId()) : OptionalLong.empty());
  }
}
