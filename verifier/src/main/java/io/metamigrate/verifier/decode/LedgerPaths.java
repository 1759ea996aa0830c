package io.metamigrate.verifier.decode;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ledger ids and the paths that represent them, as BookKeeper's {@code StringUtils} and Pulsar's
 * {@code PulsarLedgerIdGenerator} have them.
 */
public final class LedgerPaths {
  public static final String ROOT = "/ledgers";

  /** Parent of the sequential nodes that gave the ids below 2^31. */
  public static final String IDGEN = ROOT + "/idgen";

  /** Parent of the nodes of high order bits; if it exists, all new ids are long. */
  static final String IDGEN_LONG = ROOT + "/idgen-long";

  /** A zero matches any digit. */
  private static final String SHORT = "/ledgers/00/0000/L0000";

  private static final String LONG = "/ledgers/000/0000/0000/0000/L0000";
  private static final Pattern HIGH_ORDER_BITS =
      Pattern.compile("/ledgers/idgen-long/HOB-(\\d{10})");

  private LedgerPaths() {}

  /**
   * Where brokers look for a ledger: two levels for ids below 2^31-1, four levels from there on.
   */
  public static String pathOf(long ledger) {
    if (ledger < 0) {
      throw new IllegalArgumentException("ledger id is negative: " + ledger);
    }
    if (ledger < Integer.MAX_VALUE) {
      String id = String.format(Locale.ROOT, "%010d", ledger);
      return "/ledgers/" + id.substring(0, 2) + "/" + id.substring(2, 6) + "/L" + id.substring(6);
    }
    String id = String.format(Locale.ROOT, "%019d", ledger);
    return "/ledgers/"
        + String.join(
            "/",
            id.substring(0, 3),
            id.substring(3, 7),
            id.substring(7, 11),
            id.substring(11, 15),
            "L" + id.substring(15));
  }

  /**
   * The id of the ledger whose metadata node this is. A path of either layout is read, also a small
   * id in the long one, although brokers on etcd would not find it there: see {@link
   * #isReadByBrokersOnEtcd}.
   */
  public static OptionalLong ledgerOf(String path) {
    return path.length() == SHORT.length() ? number(SHORT, path) : number(LONG, path);
  }

  private static OptionalLong number(String shape, String path) {
    if (path.length() != shape.length()) {
      return OptionalLong.empty();
    }
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char found = path.charAt(i);
      if (shape.charAt(i) == '0' && found >= '0' && found <= '9') {
        digits.append(found);
      } else if (shape.charAt(i) != found) {
        return OptionalLong.empty();
      }
    }
    return number(digits.toString());
  }

  /** Whether this is a ledger's node, in the layout that brokers on etcd use for its id. */
  public static boolean isReadByBrokersOnEtcd(String path) {
    OptionalLong ledger = ledgerOf(path);
    return ledger.isPresent()
        && (ledger.getAsLong() < Integer.MAX_VALUE) == (path.length() == SHORT.length());
  }

  /** The node whose version counts the ids {@code highOrderBits << 32} and up. */
  static String highOrderBitsPath(int highOrderBits) {
    return String.format(Locale.ROOT, "%s/HOB-%010d", IDGEN_LONG, highOrderBits);
  }

  /** The number in the name of a node of high order bits. */
  static OptionalLong highOrderBitsOf(String path) {
    Matcher matcher = HIGH_ORDER_BITS.matcher(path);
    return matcher.matches() ? number(matcher.group(1)) : OptionalLong.empty();
  }

  /** Whether this is one of the short-lived children by which ids are drawn. */
  static boolean isAllocatedId(String path) {
    return path.startsWith(IDGEN + "/ID-")
        || (path.startsWith(IDGEN_LONG + "/HOB-") && path.contains("/ID-"));
  }

  /** Nineteen digits may be more than a long holds. */
  private static OptionalLong number(String digits) {
    try {
      return OptionalLong.of(Long.parseLong(digits));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
