package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.world.Persisted;
import io.metamigrate.migrator.cutover.world.StoreState;
import io.metamigrate.migrator.cutover.world.ToolProcess;
import io.metamigrate.migrator.cutover.world.World;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.verifier.store.Store;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A journal on the etcd of a world. */
final class SimulatedJournal implements JournalStore {
  private final ToolProcess process;

  /** Changes that accompany an act of the same call. */
  private boolean quiet;

  private final Variation variation;

  SimulatedJournal(ToolProcess process, Variation variation) {
    this.process = process;
    this.variation = variation;
  }

  /**
   * What is kept.
   *
   * @param state empty as long as the daemon follows and no command of the window has begun
   */
  record Kept(Checkpoint checkpoint, Optional<CutoverState> state, Map<String, String> documents)
      implements Persisted {
    Kept {
      documents = new TreeMap<>(documents);
    }

    @Override
    public String canonical() {
      return checkpoint.phase()
          + "|"
          + checkpoint.stopped().map(Checkpoint.Stop::in)
          + "|"
          + checkpoint.lastAppliedZxid()
          + checkpoint.checkedRevision()
          + documents
          + state.map(Kept::canonical).orElse("");
    }

    static String canonical(CutoverState state) {
      return state.progress()
          + "|"
          + state.header().strategy()
          + steps(state)
          + state.fence().saved().keySet()
          + state.fence().since().isPresent()
          + state.fence().marks()
          + state.fence().byHook()
          + state.mirrors()
          + state.outageSince().isPresent()
          + state.isCommitted()
          + state.commitProof().map(CutoverState.CommitProof::revision)
          + state.lateWrites().size()
          + state.replicationDisabled();
    }

    private static String steps(CutoverState state) {
      return java.util.stream.Stream.concat(state.forward().stream(), state.back().stream())
          .map(step -> step.id() + step.state() + Math.min(step.attempts(), 2))
          .collect(Collectors.joining(","));
    }

    @Override
    public boolean isReleasing() {
      return state
          .filter(
              now ->
                  now.back().stream()
                      .anyMatch(
                          step ->
                              step.begun() && step.id().equals(StepKind.RELEASE_ZOOKEEPER.label())))
          .isPresent();
    }

    /** While the authority passes, a process that lives may start a broker next. */
    @Override
    public boolean canDoWithoutZooKeeper() {
      return state
          .flatMap(
              now ->
                  GoneStore.withoutZooKeeper(
                      now, FirstStart.mayBeIssuedOnZooKeeper(issuedOnZooKeeper(), now)))
          .isPresent();
    }

    /** {@link GoneStore#advise}. */
    Optional<String> withoutZooKeeper() {
      return state.flatMap(
          now ->
              GoneStore.withoutZooKeeper(
                  now, FirstStart.isStartedOnZooKeeper(issuedOnZooKeeper(), now)));
    }

    private Optional<String> issuedOnZooKeeper() {
      return Optional.ofNullable(documents.get(FirstStart.document(Store.ZOOKEEPER)));
    }

    @Override
    public boolean isReturned(World world) {
      return world.isEpochOfZooKeeper();
    }

    @Override
    public boolean isAheadOf(StoreState etcd) {
      return false;
    }

    @Override
    public boolean mayServeOnEtcd() {
      return state
          .filter(
              now ->
                  FirstStart.mayServeOnEtcd(
                      Optional.ofNullable(documents.get(FirstStart.COMMIT)), now))
          .isPresent();
    }

    Kept with(Checkpoint next) {
      return new Kept(next, state, documents);
    }

    Kept with(CutoverState next) {
      return new Kept(checkpoint, Optional.of(next), documents);
    }

    Kept with(String name, String content) {
      Map<String, String> more = new TreeMap<>(documents);
      more.put(name, content);
      return new Kept(checkpoint, state, more);
    }
  }

  static Optional<Kept> kept(ToolProcess process) {
    return Optional.ofNullable((@Nullable Kept) process.world().document);
  }

  /** Without a call of its own. */
  void quietly(Runnable change) {
    boolean before = quiet;
    quiet = true;
    try {
      change.run();
    } finally {
      quiet = before;
    }
  }

  private void save(Runnable change) {
    if (quiet) {
      change.run();
    } else {
      process.save(change);
    }
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
  public void save(Direction direction, CutoverState state) {
    variation.save(state, () -> save(() -> put(direction, now().with(state))));
  }

  @Override
  public void changeDirection(Direction from, Direction to, Checkpoint checkpoint) {
    save(
        () -> {
          put(from, now().with(checkpoint));
          process.world().direction = to;
        });
  }

  @Override
  public Optional<byte[]> document(String name) {
    return process
        .ask(() -> Optional.ofNullable(now().documents().get(name)), Store.ETCD)
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void save(Direction direction, String name, byte[] content) {
    save(() -> put(direction, now().with(name, new String(content, StandardCharsets.UTF_8))));
  }

  @Override
  public void confirm(Direction direction) {
    process.confirm();
    requireDirection(direction);
  }

  private Kept now() {
    return kept(process)
        .orElseThrow(() -> new LostAuthorityException("etcd holds nothing of the move"));
  }

  private void put(Direction direction, Kept next) {
    requireDirection(direction);
    process.world().document = next;
    process.world().etcd.writes++;
  }

  private void requireDirection(Direction direction) {
    if (process.world().direction != direction) {
      throw new LostAuthorityException("the direction is another one");
    }
  }
}
