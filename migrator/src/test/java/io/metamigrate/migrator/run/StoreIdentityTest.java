package io.metamigrate.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.migrator.phase.KnownSource;
import io.metamigrate.verifier.store.SessionGuard.Session;
import io.metamigrate.verifier.store.SourceSnapshot;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZnodeZxids;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import io.metamigrate.verifier.store.Zxid;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A server that lags behind what was seen is no older store. */
final class StoreIdentityTest {
  private static final Zxid SEEN = new Zxid(50);

  @Test
  void waitsForServerThatIsBehind() {
    assertThat(StoreIdentity.upToDate(new LaggingSession(0, 40, 45, 51), SEEN).zxid())
        .isEqualTo(new Zxid(51));
  }

  /** The second look would be the right one: there is nobody to catch up from. */
  @Test
  void doesNotWaitForServerThatServesAlone() {
    LaggingSession session = new LaggingSession(0, 40, 51);
    session.alone = true;

    assertThat(StoreIdentity.upToDate(session, SEEN).zxid()).isEqualTo(new Zxid(40));
  }

  @Test
  void reportsServerThatStaysBehind() {
    LaggingSession session = new LaggingSession(60, 40);
    KnownSource now = KnownSource.atZxid(new Zxid(40));

    assertThatThrownBy(() -> StoreIdentity.refuseWhileOthersAreAhead(session, SEEN, now))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("lags behind");
    assertThatCode(
            () -> StoreIdentity.refuseWhileOthersAreAhead(new LaggingSession(40, 40), SEEN, now))
        .doesNotThrowAnyException();
  }

  /** Its looks come one after the other. */
  private static final class LaggingSession implements Session {
    private final Deque<Zxid> snapshots;
    private final long others;
    private boolean alone;

    LaggingSession(long others, int... snapshots) {
      this.others = others;
      this.snapshots = new ArrayDeque<>(Arrays.stream(snapshots).mapToObj(Zxid::new).toList());
    }

    @Override
    public SourceSnapshot snapshot() {
      return new SourceSnapshot(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          snapshots.remove());
    }

    @Override
    public Optional<ZnodeZxids> stamps(ZkPath path) {
      return Optional.empty();
    }

    @Override
    public Zxid seen() {
      return SEEN;
    }

    @Override
    public Zxid highestOfServers() {
      return new Zxid(others);
    }

    @Override
    public boolean servesAlone() {
      return alone;
    }

    @Override
    public ZooKeeperSettings settings() {
      return ZooKeeperSettings.of("zk:2181");
    }
  }
}
