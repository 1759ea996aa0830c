package io.metamigrate.verifier.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.decode.BookieServiceInfoValue.Endpoint;
import io.metamigrate.verifier.decode.Decoded.Undecodable;
import io.metamigrate.verifier.decode.Decoded.Value;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class SmallValuesTest {
  private static final String INSTANCE = "ff8ae956-4f3f-4bb8-aee2-d2aacfa21046";

  @Test
  void readsARealCookie() {
    assertThat(CookieValue.decode(RealTree.value("/ledgers/cookies/127.0.0.1:3181")))
        .isEqualTo(
            new Value<>(
                new CookieValue(
                    4,
                    "127.0.0.1:3181",
                    "/tmp/spike/data/d210/bk1/journal",
                    "1\t/tmp/spike/data/d210/bk1/ledgers",
                    Optional.of(INSTANCE))));
  }

  @Test
  void readsACookieOfTheLayoutBeforeProtobuf() {
    assertThat(CookieValue.decode("3\nb1:3181\n/journal\n1\t/ledgers\n".getBytes(UTF_8)))
        .isEqualTo(
            new Value<>(
                new CookieValue(3, "b1:3181", "/journal", "1\t/ledgers", Optional.empty())));
  }

  @Test
  void explainsUndecodableCookie() {
    for (String text :
        List.of("", "4", "4\nbookieHost: \"b1\"", "4\n{}", "x\n", "2\na\nb\n", "3\na\n")) {
      assertThat(CookieValue.decode(text.getBytes(UTF_8))).as(text).isInstanceOf(Undecodable.class);
    }
  }

  @Test
  void readsARealRegistration() {
    assertThat(BookieServiceInfoValue.decode(RealTree.value("/ledgers/available/127.0.0.1:3181")))
        .isEqualTo(
            new Value<>(
                new BookieServiceInfoValue(
                    List.of(
                        new Endpoint("httpserver", "http", "0.0.0.0", 801),
                        new Endpoint("bookie", "bookie-rpc", "127.0.0.1", 3181)))));
  }

  @Test
  void readsARealSchemaLocator() {
    SchemaLocatorValue schema =
        SchemaLocatorValue.decode(RealTree.value("/schemas/acme/orders/audit"))
            .decoded()
            .orElseThrow();

    assertThat(schema.latest().version()).isZero();
    assertThat(schema.ledgers()).containsExactly(95L);
  }

  @Test
  void readsEverySchemaLocatorOfARealCluster() {
    assertThat(RealTree.nodes().values())
        .filteredOn(node -> node.path().startsWith("/schemas/") && node.value().length > 0)
        .hasSize(9)
        .allSatisfy(
            node -> assertThat(SchemaLocatorValue.decode(node.value())).isInstanceOf(Value.class));
  }

  @Test
  void readsPartitionCountOfARealTopic() {
    assertThat(
            PartitionedTopicValue.decode(
                RealTree.value("/admin/partitioned-topics/acme/orders/persistent/events")))
        .isEqualTo(new Value<>(new PartitionedTopicValue(4, false)));
  }

  @Test
  void explainsUndecodablePartitionCount() {
    for (String text : List.of("", "{}", "{\"partitions\":\"x\"}", "[", "4")) {
      assertThat(PartitionedTopicValue.decode(text.getBytes(UTF_8)))
          .as(text)
          .isInstanceOf(Undecodable.class);
    }
  }

  @Test
  void readsUnderreplicatedLedger() {
    assertThat(
            UnderreplicatedLedgerValue.decode(
                "replica: \"b1:3181\"\nreplica: \"b2:3181\"\nctime: 17\n".getBytes(UTF_8)))
        .isEqualTo(
            new Value<>(
                new UnderreplicatedLedgerValue(
                    List.of("b1:3181", "b2:3181"), OptionalLong.of(17))));
  }
}
