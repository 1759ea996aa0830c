package io.metamigrate.verifier.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.bookkeeper.proto.DataFormats.CookieFormat;

/**
 * What a bookie wrote about itself when it first started; a bookie whose own copy differs refuses
 * to start (BookKeeper's {@code Cookie}).
 *
 * @param ledgerDirs as stored: a count, then the directories, separated by tabs
 * @param instanceId the cluster it belongs to; absent in cookies older than BookKeeper 4.2
 */
public record CookieValue(
    int layoutVersion,
    String bookie,
    String journalDirs,
    String ledgerDirs,
    Optional<String> instanceId) {

  public static Decoded<CookieValue> decode(byte[] bytes) {
    return Decoded.of(() -> read(new String(bytes, UTF_8)));
  }

  private static CookieValue read(String text) throws IOException {
    int end = text.indexOf('\n');
    if (end < 0) {
      throw new IOException("cookie has no layout version line");
    }
    int layout = Integer.parseInt(text.substring(0, end).trim());
    String body = text.substring(end + 1);
    if (layout == 3) {
      List<String> lines = body.lines().toList();
      if (lines.size() < 3) {
        throw new IOException("cookie of layout 3 has " + lines.size() + " lines, needs 3");
      }
      return new CookieValue(layout, lines.get(0), lines.get(1), lines.get(2), Optional.empty());
    }
    if (layout < 3) {
      throw new IOException("cookie layout " + layout + " is not known");
    }
    CookieFormat.Builder builder = CookieFormat.newBuilder();
    TextFormat.merge(body, builder);
    CookieFormat cookie = builder.build();
    return new CookieValue(
        layout,
        cookie.getBookieHost(),
        cookie.getJournalDir(),
        cookie.getLedgerDirs(),
        Optional.of(cookie.getInstanceId()).filter(id -> !id.isEmpty()));
  }
}
