package io.metamigrate.migrator.config;

import java.net.URI;
import java.util.Optional;

/**
 * One bookie.
 *
 * @param id as in {@code /ledgers/cookies}
 * @param node the name under which the driver knows it: a host, a service, a pod
 * @param adminUrl its HTTP server, if it runs one
 */
public record BookieConfig(String id, String node, Optional<URI> adminUrl) {
  public BookieConfig {
    new Checks()
        .require(!id.isBlank(), "id", () -> "a bookie needs its id, as in /ledgers/cookies")
        .require(id.indexOf('/') < 0, "id", () -> "'" + id + "' is not a bookie id")
        .require(!node.isBlank() || id.isBlank(), "node", () -> "the node needs a name")
        .orThrow();
  }

  private static final BookieConfig UNREAD = new BookieConfig("unread", "unread", Optional.empty());

  static BookieConfig read(Section section) {
    String id = section.text("id").orElse("");
    String node = section.text("node").orElseGet(() -> NodeNames.host(id));
    Optional<URI> admin = section.value("adminUrl", WebUrl::parse);
    return section.build(() -> new BookieConfig(id, node, admin), UNREAD);
  }
}
