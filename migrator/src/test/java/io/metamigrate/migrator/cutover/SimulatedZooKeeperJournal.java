package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.migrator.cutover.world.ToolProcess;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.verifier.store.Store;
import java.util.Optional;

/** {@link ZooKeeperJournalStore} in a world. */
final class SimulatedZooKeeperJournal implements JournalStore {
  private final ToolProcess process;
  private final MoveBackup copy;

  SimulatedZooKeeperJournal(ToolProcess process, MoveBackup copy) {
    this.process = process;
    this.copy = copy;
  }

  @Override
  public String holder() {
    return process.holder();
  }

  @Override
  public Authority authority(Direction direction) {
    throw new UnsupportedOperationException("nothing in a world writes to a real etcd");
  }

  @Override
  public void save(Direction direction, CutoverState state) {}

  @Override
  public void changeDirection(Direction from, Direction to, Checkpoint checkpoint) {}

  @Override
  public Optional<byte[]> document(String name) {
    return process
        .ask(() -> Optional.ofNullable(process.world().copiedDocuments.get(name)), Store.ZOOKEEPER)
        .or(() -> name.equals(FirstStart.COMMIT) ? copy.firstStart() : Optional.empty())
        .map(text -> text.getBytes(UTF_8));
  }

  @Override
  public void save(Direction direction, String name, byte[] content) {
    process.write(
        Store.ZOOKEEPER,
        () -> process.world().copiedDocuments.put(name, new String(content, UTF_8)));
  }

  @Override
  public void confirm(Direction direction) {
    process.confirm();
  }
}
