package io.metamigrate.verifier.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A path below {@code /managed-ledgers} that has a value: a topic, or a subscription of it.
 *
 * @param topic {@code tenant/namespace/persistent/topic}, or with a cluster after the tenant, with
 *     the topic's name encoded as in the path
 * @param cursor the subscription, encoded as in the path; none for the topic itself
 */
public record ManagedLedgerPath(String topic, Optional<String> cursor) {
  public static final String ROOT = "/managed-ledgers";

  private static final String DOMAIN = "persistent";

  /** Empty for the levels above a topic and for anything that is not below the root. */
  public static Optional<ManagedLedgerPath> of(String path) {
    if (!path.startsWith(ROOT + "/")) {
      return Optional.empty();
    }
    List<String> parts = parts(path.substring(ROOT.length() + 1));
    int domain = domainIndex(parts);
    int below = parts.size() - domain - 1;
    if (domain < 0 || below < 1 || below > 2) {
      return Optional.empty();
    }
    String topic = String.join("/", parts.subList(0, domain + 2));
    return Optional.of(
        new ManagedLedgerPath(
            topic, below == 2 ? Optional.of(parts.get(domain + 2)) : Optional.empty()));
  }

  /** The node of the topic, whether this is the topic or a subscription. */
  String topicPath() {
    return ROOT + "/" + topic;
  }

  /** Third in names of today, fourth in the old ones that have a cluster. */
  private static int domainIndex(List<String> parts) {
    if (parts.size() > 2 && parts.get(2).equals(DOMAIN)) {
      return 2;
    }
    return parts.size() > 3 && parts.get(3).equals(DOMAIN) ? 3 : -1;
  }

  private static List<String> parts(String path) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', from)) {
      parts.add(path.substring(from, slash));
      from = slash + 1;
    }
    parts.add(path.substring(from));
    return parts;
  }
}
