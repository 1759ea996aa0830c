package io.metamigrate.verifier.diff;

import static io.metamigrate.verifier.SampleNodes.both;
import static io.metamigrate.verifier.SampleNodes.counter;
import static io.metamigrate.verifier.SampleNodes.ephemeral;
import static io.metamigrate.verifier.SampleNodes.key;
import static io.metamigrate.verifier.SampleNodes.leased;
import static io.metamigrate.verifier.SampleNodes.only;
import static io.metamigrate.verifier.SampleNodes.znode;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.report.Digest;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import org.junit.jupiter.api.Test;

final class ContentDigestTest {
  private static final Pair CLUSTER =
      both(znode("/admin/clusters/a", "xy"), key("/admin/clusters/a", "xy"));

  @Test
  void isTheSha256OfPathLengthAndValue() {
    // printf '/admin/clusters/a\0\0\0\0\2xy' | sha256sum
    String expected = "29c25019e4715db1d19e3f122f01cecc57b875bf269380c5194783b51a17747a";

    assertThat(of(CLUSTER)).isEqualTo(new Digest(expected, expected, expected));
  }

  @Test
  void detectsAnyDifference() {
    Digest same = of(CLUSTER, both(znode("/admin/clusters/b", "x"), key("/admin/clusters/b", "x")));
    Digest other =
        of(CLUSTER, both(znode("/admin/clusters/b", "x"), key("/admin/clusters/b", "z")));
    Digest missing = of(CLUSTER, only(znode("/admin/clusters/b", "x")));
    Digest extra = of(CLUSTER, only(key("/admin/clusters/b", "x")));

    assertThat(same.agrees()).isTrue();
    assertThat(other.agrees()).isFalse();
    assertThat(other.zookeeper()).isEqualTo(same.zookeeper());
    assertThat(other.etcd()).isNotEqualTo(same.etcd());
    assertThat(missing).isEqualTo(new Digest(same.zookeeper(), of(CLUSTER).etcd(), same.local()));
    assertThat(extra)
        .isEqualTo(new Digest(of(CLUSTER).zookeeper(), same.etcd(), of(CLUSTER).local()));
  }

  @Test
  void distinguishesTheLocalZooKeeperFromTheConfigurationStore() {
    Znode here = znode("/admin/local-policies/t/n", "x");
    Znode there =
        new Znode(
            new ZkPath("/admin/policies/t"),
            here.data(),
            here.czxid(),
            here.mzxid(),
            here.pzxid(),
            0,
            0,
            0,
            0,
            Ensemble.CONFIGURATION);

    Digest both = of(CLUSTER, only(there), only(here));

    assertThat(both.local()).isEqualTo(of(CLUSTER, only(here)).zookeeper());
    assertThat(both.zookeeper()).isNotEqualTo(both.local());
  }

  @Test
  void excludesExpiringNodes() {
    assertThat(
            of(
                only(counter("/counters/producer-name", 3)),
                CLUSTER,
                only(ephemeral("/admin/clusters/b", "lock")),
                only(leased("/admin/clusters/c", "lock")),
                only(ephemeral("/ledgers/available/b1", "")),
                only(leased("/loadbalance/brokers/b1", "")),
                only(znode("/managed-ledgers/t/n/persistent", "")),
                only(key("/managed-ledgers/t/n", ""))))
        .isEqualTo(of(CLUSTER));
  }

  @Test
  void countsTopicWithoutValue() {
    String topic = "/managed-ledgers/t/n/persistent/a";

    assertThat(of(both(znode(topic, ""), key(topic, "")))).isNotEqualTo(of());
  }

  private static Digest of(Pair... pairs) {
    ContentDigest digest = new ContentDigest();
    for (Pair pair : pairs) {
      digest.add(pair);
    }
    return digest.result();
  }
}
