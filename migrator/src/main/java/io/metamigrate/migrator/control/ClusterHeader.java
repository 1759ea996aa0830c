package io.metamigrate.migrator.control;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The header by which a request for a change names the intended cluster, so that a daemon of
 * another cluster behind the same address does nothing. Percent-encoded UTF-8. Pure.
 */
final class ClusterHeader {
  static final String NAME = "Metamigrate-Cluster";

  /** The name of the cluster in a daemon whose configuration does not give one. */
  private static final String UNNAMED = "unnamed";

  private ClusterHeader() {}

  static String encode(String cluster) {
    return URLEncoder.encode(cluster, StandardCharsets.UTF_8);
  }

  /**
   * Why the request is refused; empty if it names this daemon's cluster or, as one by hand may,
   * none.
   */
  static Optional<String> refusal(String header, String own) {
    if (header.isEmpty() || own.equals(UNNAMED)) {
      return Optional.empty();
    }
    String meant = URLDecoder.decode(header, StandardCharsets.UTF_8);
    return meant.equals(own)
        ? Optional.empty()
        : Optional.of(
            "this daemon moves cluster %s, the request is for cluster %s; nothing was changed: use that cluster's configuration or its control.listen"
                .formatted(own, meant));
  }
}
