package io.metamigrate.migrator.config;

import java.net.URI;
import java.util.Optional;

/**
 * One broker.
 *
 * @param id as in {@code /loadbalance/brokers}
 * @param node the name under which the driver knows it: a host, a service, a pod
 * @param adminUrl its own admin interface; {@code http://} and the id where none is given
 */
public record BrokerConfig(String id, String node, URI adminUrl) {
  public BrokerConfig {
    new Checks()
        .require(!id.isBlank(), "id", () -> "a broker needs its id, as in /loadbalance/brokers")
        .require(id.indexOf('/') < 0, "id", () -> "'" + id + "' is not a broker id")
        .require(!node.isBlank() || id.isBlank(), "node", () -> "the node needs a name")
        .orThrow();
  }

  private static final URI PLACEHOLDER = URI.create("http://unread");
  private static final BrokerConfig UNREAD = new BrokerConfig("unread", "unread", PLACEHOLDER);

  static BrokerConfig read(Section section) {
    String id = section.text("id").orElse("");
    String node = section.text("node").orElseGet(() -> NodeNames.host(id));
    Optional<URI> admin =
        section
            .text("adminUrl")
            .or(() -> id.isBlank() ? Optional.empty() : Optional.of("http://" + id))
            .flatMap(url -> section.parsed("adminUrl", url, WebUrl::parse));
    return section.build(() -> new BrokerConfig(id, node, admin.orElse(PLACEHOLDER)), UNREAD);
  }
}
