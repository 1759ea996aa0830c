package io.metamigrate.migrator.replay;

import static io.metamigrate.migrator.Nodes.both;
import static io.metamigrate.migrator.Nodes.counter;
import static io.metamigrate.migrator.Nodes.ephemeral;
import static io.metamigrate.migrator.Nodes.key;
import static io.metamigrate.migrator.Nodes.leased;
import static io.metamigrate.migrator.Nodes.only;
import static io.metamigrate.migrator.Nodes.znode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Znode;
import org.junit.jupiter.api.Test;

final class ReconcilerTest {
  private static final String PATH = "/admin/clusters/c1";

  @Test
  void leavesAloneWhatIsAsItMustBe() {
    assertThat(Reconciler.operation(both(znode(PATH, "x"), key(PATH, "x")))).isEmpty();
    assertThat(Reconciler.operation(only(counter("/ledgers/idgen", 5)))).isEmpty();
    assertThat(Reconciler.operation(only(ephemeral("/ledgers/available/b1", "x")))).isEmpty();
    assertThat(Reconciler.operation(only(leased("/ledgers/available/b1", "x")))).isEmpty();
  }

  @Test
  void putsWhatIsMissingOnlyIfItIsStillNotThere() {
    Znode znode = znode(PATH, "x");

    assertThat(Reconciler.operation(only(znode)))
        .contains(new Operation.Put(znode.path(), znode.data(), Revision.ABSENT));
  }

  @Test
  void putsWhatDiffersOnlyIfItIsStillAsItWasSeen() {
    Znode znode = znode(PATH, "x");
    EtcdEntry key = key(PATH, "y");

    assertThat(Reconciler.operation(both(znode, key)))
        .contains(new Operation.Put(znode.path(), znode.data(), key.modRevision()));
  }

  @Test
  void deletesWhatIsExtraOrReaped() {
    EtcdEntry extra = key(PATH, "y");
    EtcdEntry reaped = key("/managed-ledgers/t", "");

    assertThat(Reconciler.operation(only(extra)))
        .contains(new Operation.Delete(extra.path(), extra.modRevision()));
    assertThat(Reconciler.operation(only(reaped)))
        .contains(new Operation.Delete(reaped.path(), reaped.modRevision()));
  }

  @Test
  void neverTouchesALeasedKeyAndNamesIt() {
    assertThatThrownBy(() -> Reconciler.operation(both(znode(PATH, "x"), leased(PATH, "x"))))
        .isInstanceOf(ForeignChangeException.class)
        .hasMessageContaining(PATH)
        .hasMessageContaining("lease");
  }
}
