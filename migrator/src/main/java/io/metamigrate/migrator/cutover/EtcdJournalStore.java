package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.StateStore;
import java.util.Optional;

/** A journal on etcd, under the lock of this process. */
record EtcdJournalStore(StateStore states, DaemonLock lock) implements JournalStore {
  @Override
  public String holder() {
    return lock.holder();
  }

  @Override
  public Authority authority(Direction direction) {
    return new Authority(lock, direction);
  }

  @Override
  public void save(Direction direction, CutoverState state) {
    save(direction, Journal.DOCUMENT, CutoverCodec.write(state));
  }

  @Override
  public void changeDirection(Direction from, Direction to, Checkpoint checkpoint) {
    states.changeDirection(lock, from, to, checkpoint);
  }

  @Override
  public Optional<byte[]> document(String name) {
    return states.get(name);
  }

  @Override
  public void save(Direction direction, String name, byte[] content) {
    states.put(authority(direction), name, content);
  }

  @Override
  public void confirm(Direction direction) {
    states.confirm(authority(direction));
  }
}
