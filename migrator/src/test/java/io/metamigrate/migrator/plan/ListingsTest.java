package io.metamigrate.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ListingsTest {
  private static final String NAMESPACE = "/managed-ledgers/public/default/persistent";

  @Test
  void countsAllDescendantsOfEachDirectory() {
    Trees tree = new Trees();
    for (int i = 0; i < 2_000; i++) {
      tree.znode(NAMESPACE + "/topic-" + (10_000 + i), "");
      tree.znode(NAMESPACE + "/topic-" + (10_000 + i) + "/subscription", "");
    }
    assertThat(tree.inventory().listings().directories())
        .filteredOn(directory -> directory.path().value().equals(NAMESPACE))
        .singleElement()
        .satisfies(
            directory -> {
              assertThat(directory.keys()).isEqualTo(4_000);
              assertThat(directory.by()).contains(ListedBy.BROKERS);
            });
    assertThat(tree.inventory().listings().directories())
        .extracting(directory -> directory.path().value())
        .contains("/managed-ledgers", "/managed-ledgers/public", "/managed-ledgers/public/default");
  }

  /** In etcd's order names with a dash come between a directory and its children. */
  @Test
  void keepsDirectoryTogetherDespiteInterleavedNames() {
    Trees tree = new Trees();
    for (int i = 0; i < 3_000; i++) {
      tree.znode("/admin/policies/public/namespace-" + (10_000 + i), "");
      tree.znode("/admin/policies/public-too/namespace-" + (10_000 + i), "");
    }
    assertThat(tree.inventory().listings().directories())
        .filteredOn(directory -> directory.path().value().startsWith("/admin/policies/public"))
        .extracting(Listings.Directory::keys)
        .containsExactly(3_000L, 3_000L);
  }

  @Test
  void skipsPathsThatAreNotMigrated() {
    Trees tree = new Trees();
    for (int i = 0; i < 3_000; i++) {
      tree.ephemeral("/ledgers/idgen/ID-" + (10_000 + i), "");
      tree.znode("/zookeeper/quota/some-rather-long-name-" + (10_000 + i), "");
    }
    assertThat(tree.inventory().listings().directories()).isEmpty();
  }

  @Test
  void countsFutureRegistrationsWithLeases() {
    Trees tree = new Trees();
    for (int i = 0; i < 3_000; i++) {
      tree.ephemeral("/namespace/public/default/0x" + (10_000_000 + i), "");
    }
    assertThat(tree.inventory().listings().directories())
        .filteredOn(directory -> directory.path().value().equals("/namespace/public/default"))
        .singleElement()
        .extracting(Listings.Directory::replyBytes)
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LONG)
        .isGreaterThan(3_000L * (35 + 10));
  }
}
