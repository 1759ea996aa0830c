package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.replay.Authority;
import java.util.Optional;

/**
 * Where a journal is kept. Each write compares the lock and the direction, and fails with {@link
 * io.metamigrate.migrator.replay.LostAuthorityException} when they are no longer this process's.
 */
interface JournalStore {
  /** This process, as others read it in the lock. */
  String holder();

  /** What a writer to etcd compares under that direction. */
  Authority authority(Direction direction);

  /** Keeps what is known of the cutover. */
  void save(Direction direction, CutoverState state);

  /** Keeps the checkpoint, with the direction that goes with it. */
  void changeDirection(Direction from, Direction to, Checkpoint checkpoint);

  /** A further document of the move's, under its own name. */
  Optional<byte[]> document(String name);

  /** Keeps a further document of the move's. */
  void save(Direction direction, String name, byte[] content);

  /** Asks whether this is still the holder. */
  void confirm(Direction direction);
}
