package io.metamigrate.migrator.replay;

import static io.metamigrate.migrator.PlainNodes.both;
import static io.metamigrate.migrator.PlainNodes.changed;
import static io.metamigrate.migrator.PlainNodes.counter;
import static io.metamigrate.migrator.PlainNodes.ephemeral;
import static io.metamigrate.migrator.PlainNodes.key;
import static io.metamigrate.migrator.PlainNodes.leased;
import static io.metamigrate.migrator.PlainNodes.only;
import static io.metamigrate.migrator.PlainNodes.znode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Znode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReconcilerTest {
  private static final String PATH = "/admin/clusters/c1";

  @Test
  void keepsEqualKeys() {
    assertThat(Reconciler.operation(both(znode(PATH, "x"), key(PATH, "x")), false)).isEmpty();
    assertThat(Reconciler.operation(only(counter("/ledgers/idgen", 5)), false)).isEmpty();
    assertThat(Reconciler.operation(only(ephemeral("/ledgers/available/b1", "x")), false))
        .isEmpty();
    assertThat(Reconciler.operation(only(leased("/ledgers/available/b1", "x")), false)).isEmpty();
  }

  @Test
  void putsMissingKeyOnlyIfStillAbsent() {
    Znode znode = znode(PATH, "x");

    assertThat(Reconciler.operation(only(znode), false))
        .contains(new Operation.PutKey(znode.path(), znode.data(), Revision.ABSENT));
  }

  @Test
  void putsDifferingKeyOnlyAtTheSeenRevision() {
    Znode znode = znode(PATH, "x");
    EtcdEntry key = key(PATH, "y");

    assertThat(Reconciler.operation(both(znode, key), false))
        .contains(new Operation.PutKey(znode.path(), znode.data(), key.modRevision()));
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 1", "7, 0, 8", "7, 3, 5", "7, 7, 1", "7, 8, 8", "0, 9, 1", "2, 9, 3"})
  void reachesAnExactVersionFromBelow(int version, long before, long puts) {
    Znode znode = changed(PATH, "x", version);
    assertThat(Reconciler.puts(znode, before)).isEqualTo(puts);

    // What etcd does with a key's version.
    long keyVersion = before;
    long put = 0;
    do {
      boolean isPut =
          Reconciler.step(znode, Revision.ABSENT, keyVersion, true) instanceof Operation.PutKey;
      keyVersion = isPut ? keyVersion + 1 : 0;
      put += isPut ? 1 : 0;
    } while (keyVersion != version + 1);

    assertThat(put).isEqualTo(puts);
  }

  @Test
  void comparesVersionsOnlyInExactMode() {
    Pair same = both(changed(PATH, "x", 4), key(PATH, "x"));

    assertThat(Reconciler.operation(same, false)).isEmpty();
    assertThat(Reconciler.operation(same, true)).isPresent();
    assertThat(Reconciler.operation(both(znode(PATH, "x"), key(PATH, "x")), true)).isEmpty();
    assertThat(Reconciler.operation(only(counter("/ledgers/idgen", 5)), true)).isEmpty();
  }

  @Test
  void deletesExtraAndReapedKeys() {
    EtcdEntry extra = key(PATH, "y");
    EtcdEntry reaped = key("/managed-ledgers/t", "");

    assertThat(Reconciler.operation(only(extra), false))
        .contains(new Operation.DeleteKey(extra.path(), extra.modRevision()));
    assertThat(Reconciler.operation(only(reaped), false))
        .contains(new Operation.DeleteKey(reaped.path(), reaped.modRevision()));
  }

  @Test
  void keepsAndNamesLeasedKey() {
    assertThatThrownBy(() -> Reconciler.operation(both(znode(PATH, "x"), leased(PATH, "x")), false))
        .isInstanceOf(ForeignChangeException.class)
        .hasMessageContaining(PATH)
        .hasMessageContaining("lease");
  }
}
