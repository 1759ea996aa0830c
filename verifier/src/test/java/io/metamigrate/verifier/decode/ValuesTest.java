package io.metamigrate.verifier.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ValuesTest {
  @Test
  void describesALedger() {
    assertThat(describeReal("/ledgers/00/0000/L0013"))
        .isEqualTo(
            """
            ledger CLOSED, last entry 99, 4926 bytes
            ensemble 2, write quorum 2, ack quorum 2, format 3
            from entry 0: 127.0.0.1:3181, 127.0.0.1:3183""");
  }

  @Test
  void describesATopicAndItsSubscriptions() {
    assertThat(describeReal("/managed-ledgers/acme/tel/persistent/short"))
        .isEqualTo("managed ledger, 1 ledger\nledger 170: 100 entries, 4708 bytes");
    assertThat(describeReal("/managed-ledgers/acme/orders/persistent/events-partition-0/subA"))
        .startsWith("cursor, acknowledged up to 54:2 and ");
  }

  @Test
  void describesSchemaCookieAndRegistration() {
    assertThat(describeReal("/schemas/acme/orders/audit"))
        .isEqualTo("schema, latest version 0\nversion 0 at 95:0");
    assertThat(describeReal("/ledgers/cookies/127.0.0.1:3181"))
        .contains("cookie of bookie 127.0.0.1:3181")
        .contains("instance ff8ae956-4f3f-4bb8-aee2-d2aacfa21046");
    assertThat(describeReal("/ledgers/available/127.0.0.1:3181"))
        .contains("bookie bookie-rpc://127.0.0.1:3181");
  }

  @Test
  void showsJsonInLinesAndTextAsItIs() {
    assertThat(describeReal("/admin/partitioned-topics/acme/orders/persistent/events"))
        .isEqualTo("{\n  \"partitions\" : 4\n}");
    assertThat(describeReal("/ledgers/INSTANCEID"))
        .isEqualTo("ff8ae956-4f3f-4bb8-aee2-d2aacfa21046");
  }

  @Test
  void showsOtherBytesAsHex() {
    assertThat(Values.describe("/other", new byte[] {0, 1, (byte) 0xff}))
        .isEqualTo("3 bytes: 0001ff");
    assertThat(Values.describe("/other", new byte[0])).isEqualTo("empty");
  }

  @Test
  void neverShowsCredentials() {
    String cluster =
        """
        {"serviceUrl":"http://b:8080","brokerClientAuthenticationParameters":"token:abc",
         "nested":[{"s3ManagedLedgerOffloadCredentialSecret":"def"}],
         "brokerClientTlsKeyStorePassword":"ghi","brokerClientTlsTrustStorePassword":null}""";

    assertThat(Values.describe("/admin/clusters/c1", cluster.getBytes(UTF_8)))
        .contains("http://b:8080", "(hidden)")
        .doesNotContain("abc", "def", "ghi");
    assertThat(Values.describe("/plugin", "user=u\npassword = abc def\n".getBytes(UTF_8)))
        .isEqualTo("user=u\npassword = (hidden)");
  }

  @Test
  void neverShowsBytesOfUndecodableLedger() {
    byte[] damaged = "BookieMetadataFormatVersion\t2\npassword: \"abc\"".getBytes(UTF_8);

    assertThat(Values.describe("/ledgers/00/0000/L0001", damaged))
        .startsWith("not a readable ledger: ")
        .endsWith("45 bytes")
        .doesNotContain("abc");
  }

  @Test
  void describesEveryNodeOfARealCluster() {
    assertThat(RealTree.nodes().values())
        .allSatisfy(
            node ->
                assertThat(Values.describe(node.path(), node.value()))
                    .isNotBlank()
                    .doesNotContain("not a readable"));
  }

  private static String describeReal(String path) {
    return Values.describe(path, RealTree.value(path));
  }
}
