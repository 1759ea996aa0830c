package io.metamigrate.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.apache.bookkeeper.proto.DataFormats.BookieServiceInfoFormat;
import org.junit.jupiter.api.Test;

final class BookKeeperNodesTest {

  @Test
  void queriesBookieAtItsHostNotAtRegisteredWildcard() {
    BookieServiceInfoFormat.Builder web =
        BookieServiceInfoFormat.newBuilder().addEndpoints(endpoint("http", "0.0.0.0", 8000));

    Map<String, URI> addresses =
        Trees.ordinary()
            .bytes("/ledgers/available/b1:3181", web.build().toByteArray())
            .bytes(
                "/ledgers/available/some-id",
                web.clone()
                    .addEndpoints(endpoint("bookie-rpc", "b2.example", 3181))
                    .build()
                    .toByteArray())
            .bytes(
                "/ledgers/available/b3:3181",
                BookieServiceInfoFormat.newBuilder()
                    .addEndpoints(endpoint("https", "web.b3", 8443))
                    .build()
                    .toByteArray())
            .inventory()
            .bookKeeper()
            .webAddresses();

    assertThat(addresses)
        .containsExactly(
            Map.entry("b1:3181", URI.create("http://b1:8000")),
            Map.entry("b3:3181", URI.create("https://web.b3:8443")),
            Map.entry("some-id", URI.create("http://b2.example:8000")));
  }

  private static BookieServiceInfoFormat.Endpoint endpoint(String protocol, String host, int port) {
    return BookieServiceInfoFormat.Endpoint.newBuilder()
        .setId(protocol)
        .setProtocol(protocol)
        .setHost(host)
        .setPort(port)
        .build();
  }
}
