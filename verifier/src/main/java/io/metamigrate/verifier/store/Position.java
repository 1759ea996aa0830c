package io.metamigrate.verifier.store;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far both stores were when a verification began: whatever it compared was as of this zxid and
 * this revision, or later. Written as {@code ZXID/REVISION/STORES}, such as {@code
 * 0x1f4/2037/9c0a1b2c3d4e5f60}, with {@code /part-PART} behind it if it is one of a part.
 *
 * @param stores the two stores that it belongs to; empty if it is kept in one of them
 * @param part a short name of the part that was compared; empty if that was everything
 */
public record Position(
    Zxid zxid, Revision revision, Optional<String> stores, Optional<String> part) {
  private static final Pattern FORM =
      Pattern.compile(
          "(0x[0-9a-f]{1,16})/(\\d{1,18})(?:/([0-9a-f]{16}))?(?:/part-([0-9a-f]{16}))?");

  /** A position of a full comparison that does not name its stores. */
  public Position(Zxid zxid, Revision revision) {
    this(zxid, revision, Optional.empty(), Optional.empty());
  }

  /**
   * Reads what {@link #toString} prints.
   *
   * @throws IllegalArgumentException for anything else
   */
  @JsonCreator
  public static Position parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a position; give ZXID/REVISION/STORES as a verification printed it, such"
              + " as 0x1f4/2037/9c0a1b2c3d4e5f60");
    }
    return new Position(
        Zxid.parse(parts.group(1)),
        new Revision(Long.parseLong(parts.group(2))),
        Optional.ofNullable(parts.group(3)),
        Optional.ofNullable(parts.group(4)));
  }

  /** For a place that belongs to one of the stores, and is lost with it. */
  public Position withoutStores() {
    return new Position(zxid, revision, Optional.empty(), part);
  }

  /** The same, of these stores, and not after this revision. */
  public Position of(String theStores, Revision latest) {
    return new Position(
        zxid, latest.compareTo(revision) < 0 ? latest : revision, Optional.of(theStores), part);
  }

  /** Whether both stores have held the node as it is since before this position. */
  public boolean covers(Pair pair) {
    return pair.source().filter(znode -> znode.mzxid().compareTo(zxid) <= 0).isPresent()
        && pair.target().filter(key -> key.modRevision().compareTo(revision) <= 0).isPresent();
  }

  @JsonValue
  @Override
  public String toString() {
    return zxid
        + "/"
        + revision
        + stores.map(name -> "/" + name).orElse("")
        + part.map(name -> "/part-" + name).orElse("");
  }
}
