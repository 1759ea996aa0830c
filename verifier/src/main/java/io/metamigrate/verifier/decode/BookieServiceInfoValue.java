package io.metamigrate.verifier.decode;

import java.util.List;
import org.apache.bookkeeper.proto.DataFormats.BookieServiceInfoFormat;

/** How a registered bookie can be reached; empty for bookies older than BookKeeper 4.11 (BP-38). */
public record BookieServiceInfoValue(List<Endpoint> endpoints) {

  /** One service of a bookie. */
  public record Endpoint(String id, String protocol, String host, int port) {}

  public BookieServiceInfoValue {
    endpoints = List.copyOf(endpoints);
  }

  public static Decoded<BookieServiceInfoValue> decode(byte[] bytes) {
    return Decoded.of(
        () ->
            new BookieServiceInfoValue(
                BookieServiceInfoFormat.parseFrom(bytes).getEndpointsList().stream()
                    .map(e -> new Endpoint(e.getId(), e.getProtocol(), e.getHost(), e.getPort()))
                    .toList()));
  }
}
