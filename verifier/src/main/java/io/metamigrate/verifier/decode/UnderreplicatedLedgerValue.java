package io.metamigrate.verifier.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.TextFormat;
import java.util.List;
import java.util.OptionalLong;
import org.apache.bookkeeper.proto.DataFormats.UnderreplicatedLedgerFormat;

/**
 * A note of the auditor that a ledger lost copies.
 *
 * @param lostBookies the bookies that were to hold them
 * @param markedAtMillis since the epoch; absent in notes of older auditors
 */
record UnderreplicatedLedgerValue(List<String> lostBookies, OptionalLong markedAtMillis) {

  UnderreplicatedLedgerValue {
    lostBookies = List.copyOf(lostBookies);
  }

  static Decoded<UnderreplicatedLedgerValue> decode(byte[] bytes) {
    return Decoded.of(
        () -> {
          UnderreplicatedLedgerFormat.Builder format = UnderreplicatedLedgerFormat.newBuilder();
          TextFormat.merge(new String(bytes, UTF_8), format);
          return new UnderreplicatedLedgerValue(
              format.getReplicaList(),
              format.hasCtime() ? OptionalLong.of(format.getCtime()) : OptionalLong.empty());
        });
  }
}
