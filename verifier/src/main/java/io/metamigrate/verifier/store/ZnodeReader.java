package io.metamigrate.verifier.store;

import io.metamigrate.verifier.store.ReadBatch.ReadKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.Stat;

/**
 * Reads znodes of one session in batches: one request for several paths if the server knows
 * multi-reads, single requests in parallel if it does not (before 3.6, {@code OpCode.multiRead}).
 * Batches are cut by the size of the answers that are expected ({@link ReplySizes}).
 *
 * <p>A reply above the client's limit breaks the connection (ClientCnxnSocket.readLength). So a
 * request that the connection did not survive is repeated in halves, and no later one of its kind
 * is as large again; if one path alone is too large, that is reported. A session that watches is
 * broken by that, too: it must not carry bulk reads. Safe for use by several threads.
 */
public final class ZnodeReader {
  /** Requests on their way at once. */
  private static final int IN_FLIGHT = 8;

  /** How often one path alone is requested before its size counts as the cause. */
  private static final int SINGLE_ATTEMPTS = 3;

  private final ZooKeeperConnection connection;
  private final boolean multiReads;
  private final Ensemble ensemble;
  private final Optional<SecondEnsemble> configuration;
  private final int mostPaths;
  private final Optional<Unreadable> unreadable;
  private final ReplySizes sizes = new ReplySizes();

  /**
   * The reader of the configuration store.
   *
   * @param ensembleOf which ensemble's znode counts for a path that both have
   */
  private record SecondEnsemble(ZnodeReader reader, Function<ZkPath, Ensemble> ensembleOf) {}

  private ZnodeReader(
      ZooKeeperConnection connection,
      boolean multiReads,
      Ensemble ensemble,
      Optional<SecondEnsemble> configuration) {
    this(connection, multiReads, ensemble, configuration, ReplySizes.MAX_PATHS, Optional.empty());
  }

  private ZnodeReader(
      ZooKeeperConnection connection,
      boolean multiReads,
      Ensemble ensemble,
      Optional<SecondEnsemble> configuration,
      int mostPaths,
      Optional<Unreadable> unreadable) {
    this.connection = connection;
    this.mostPaths = mostPaths;
    this.unreadable = unreadable;
    this.ensemble = ensemble;
    this.multiReads = multiReads;
    this.configuration = configuration;
  }

  /** Asks the server once whether it knows multi-reads. */
  public static ZnodeReader over(ZooKeeperConnection connection) {
    return over(connection, Ensemble.LOCAL);
  }

  /** The same for either ensemble. */
  public static ZnodeReader over(ZooKeeperConnection connection, Ensemble ensemble) {
    return new ZnodeReader(connection, knowsMultiReads(connection), ensemble, Optional.empty());
  }

  /**
   * Two trees as one: every path that either ensemble has, and children are those of both. Whether
   * both agree on a path is checked by {@link ConfigurationConflicts}.
   *
   * @param ensembleOf which ensemble's znode counts for a path that both have
   */
  public static ZnodeReader merged(
      ZooKeeperConnection local,
      ZooKeeperConnection configurationStore,
      Function<ZkPath, Ensemble> ensembleOf) {
    return new ZnodeReader(
        local,
        knowsMultiReads(local),
        Ensemble.LOCAL,
        Optional.of(
            new SecondEnsemble(over(configurationStore, Ensemble.CONFIGURATION), ensembleOf)));
  }

  /** The reader of the configuration store alone, if that is a different one. */
  public Optional<ZnodeReader> configuration() {
    return configuration.map(SecondEnsemble::reader);
  }

  /** The reader of the local store alone. */
  public ZnodeReader local() {
    return new ZnodeReader(
        connection, multiReads, ensemble, Optional.empty(), mostPaths, unreadable);
  }

  /** The same, with no more paths than this in one request. */
  public ZnodeReader withAtMost(int paths) {
    return new ZnodeReader(connection, multiReads, ensemble, configuration, paths, unreadable);
  }

  /** The same, for which what may not be read is noted and is as if it were not there. */
  public ZnodeReader recordingIn(Unreadable nodes) {
    return new ZnodeReader(
        connection,
        multiReads,
        ensemble,
        configuration.map(
            second -> new SecondEnsemble(second.reader().recordingIn(nodes), second.ensembleOf())),
        mostPaths,
        Optional.of(nodes));
  }

  /** A reader of a ZooKeeper that is permanently lost: each read fails. */
  public static ZnodeReader unavailable(ZooKeeperConnection connection) {
    return withSingleRequests(connection);
  }

  static ZnodeReader withSingleRequests(ZooKeeperConnection connection) {
    return new ZnodeReader(connection, false, Ensemble.LOCAL, Optional.empty());
  }

  /**
   * False for a server before 3.6 ({@code OpCode.multiRead}), which is read and followed by slower
   * means.
   */
  public boolean usesMultiReads() {
    return multiReads && configuration().map(ZnodeReader::usesMultiReads).orElse(true);
  }

  /** The znodes at these paths, in order; empty if there is none. */
  public List<Optional<Znode>> read(List<ZkPath> paths) {
    return all(ReadKind.DATA, paths).stream().map(ZnodeReader::znode).toList();
  }

  private List<Reply> all(ReadKind kind, List<ZkPath> paths) {
    List<Reply> replies = new ArrayList<>(paths.size());
    inBatches(kind, paths, replies::addAll);
    return replies;
  }

  /** Any number of paths, a few requests at a time; the sink takes the answers in order. */
  void inBatches(ReadKind kind, List<ZkPath> paths, Consumer<List<Reply>> sink) {
    Deque<BatchRequest> inFlight = new ArrayDeque<>();
    int next = 0;
    while (next < paths.size() || !inFlight.isEmpty()) {
      if (next < paths.size() && inFlight.size() < IN_FLIGHT) {
        int end = batchEnd(kind, paths, next);
        inFlight.add(start(kind, paths.subList(next, end)));
        next = end;
      } else {
        sink.accept(finish(inFlight.remove()));
      }
    }
  }

  /** The end, exclusive, of the request that begins with this path. */
  int batchEnd(ReadKind kind, List<ZkPath> paths, int from) {
    long bytes = 0;
    int end = from;
    while (end < paths.size() && end - from < mostPaths) {
      bytes += sizes.expected(kind, paths.get(end));
      if (end > from && bytes > ReplySizes.REQUEST_BYTES) {
        break;
      }
      end++;
    }
    return end;
  }

  /** The newest of those whose children are yet to be listed, as many as make a request. */
  List<ZkPath> take(Deque<ZkPath> pending) {
    List<ZkPath> some = pending.stream().limit(ReplySizes.MAX_PATHS).toList();
    List<ZkPath> batch = some.subList(0, batchEnd(ReadKind.CHILDREN, some, 0));
    batch.forEach(path -> pending.pop());
    return batch;
  }

  /** The bytes that are expected of this znode's value. */
  int expectedBytes(ZkPath path) {
    return sizes.expected(ReadKind.DATA, path);
  }

  public Optional<Znode> read(ZkPath path) {
    return read(List.of(path)).get(0);
  }

  /** The names of the children of these paths, in order; empty lists if there is no node. */
  public List<List<String>> children(List<ZkPath> paths) {
    return all(ReadKind.CHILDREN, paths).stream().map(ZnodeReader::names).toList();
  }

  /**
   * How many nodes the server counts below {@code root}, itself excluded; empty before ZooKeeper
   * 3.6 ({@code OpCode.getAllChildrenNumber}).
   */
  public Optional<Integer> countBelow(ZkPath root) {
    if (!multiReads || configuration.isPresent()) {
      return Optional.empty();
    }
    try {
      return Optional.of(connection.client().getAllChildrenNumber(root.value()));
    } catch (KeeperException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Brings each session that is read from up to date, by a {@code sync}.
   *
   * @return a zxid up to which all changes are in what is read from now on; empty for two stores,
   *     whose zxids are no one sequence
   */
  public Optional<Zxid> sync() {
    Zxid here = connection.bringUpToDate();
    configuration().ifPresent(ZnodeReader::sync);
    return configuration.isPresent() ? Optional.empty() : Optional.of(here);
  }

  /** A request on its way, and the same to the configuration store if there is one. */
  record BatchRequest(
      ReadKind kind,
      List<ZkPath> paths,
      CompletableFuture<List<OpResult>> reply,
      Optional<BatchRequest> configuration) {}

  /** One outcome of a request: a path and the answer of a server of that ensemble. */
  record Reply(ZkPath path, OpResult result, Ensemble ensemble) {}

  BatchRequest start(ReadKind kind, List<ZkPath> paths) {
    BatchRequest here = startHere(kind, paths);
    return new BatchRequest(
        kind, paths, here.reply(), configuration().map(c -> c.start(kind, paths)));
  }

  private BatchRequest startHere(ReadKind kind, List<ZkPath> paths) {
    CompletableFuture<List<OpResult>> reply;
    try {
      reply =
          multiReads
              ? ReadBatch.multi(connection.client(), kind, paths)
              : ReadBatch.single(connection.client(), kind, paths);
    } catch (StoreException e) {
      reply = CompletableFuture.failedFuture(e);
    }
    return new BatchRequest(kind, paths, reply, Optional.empty());
  }

  /** Waits for a request; repeats it in halves while the connection fails, up to the timeout. */
  List<Reply> finish(BatchRequest request) {
    List<Reply> replies = finish(request, OptionalLong.empty());
    return configuration
        .map(
            second ->
                MergedReplies.of(
                    replies,
                    second.reader().finish(request.configuration().orElseThrow()),
                    second.ensembleOf()))
        .orElse(replies);
  }

  /**
   * The same.
   *
   * @param deadline in nanoseconds of {@link System#nanoTime}, since the time of day may jump;
   *     empty for one that begins with the first failure
   */
  private List<Reply> finish(BatchRequest request, OptionalLong deadline) {
    Optional<List<OpResult>> results = await(request, deadline);
    if (results.isPresent()) {
      return checked(request, results.get());
    }
    long until =
        deadline.orElseGet(() -> System.nanoTime() + connection.settings().timeout().toNanos());
    List<ZkPath> paths = request.paths();
    sizes.recordLoss(request.kind(), paths, paths.size());
    pause();
    if (paths.size() == 1) {
      return requestSingle(request.kind(), paths.get(0), until);
    }
    int half = (paths.size() + 1) / 2;
    List<Reply> replies = new ArrayList<>(paths.size());
    replies.addAll(
        finish(startHere(request.kind(), paths.subList(0, half)), OptionalLong.of(until)));
    // A half that went through is progress: the other half gets the whole timeout again.
    replies.addAll(
        finish(startHere(request.kind(), paths.subList(half, paths.size())), OptionalLong.empty()));
    return replies;
  }

  /** Requests one path until it comes, the timeout is over, or its size is the cause. */
  private List<Reply> requestSingle(ReadKind kind, ZkPath path, long until) {
    for (int times = 2; ; times++) {
      BatchRequest request = startHere(kind, List.of(path));
      Optional<List<OpResult>> results = await(request, OptionalLong.of(until));
      if (results.isPresent()) {
        return checked(request, results.get());
      }
      pause();
      if (times >= SINGLE_ATTEMPTS) {
        LargeReply.describe(connection, kind, path)
            .ifPresent(
                tooLarge -> {
                  throw tooLarge;
                });
      }
    }
  }

  private List<Reply> checked(BatchRequest request, List<OpResult> results) {
    List<Reply> replies = new ArrayList<>(results.size());
    for (int i = 0; i < results.size(); i++) {
      ZkPath path = request.paths().get(i);
      OpResult result = results.get(i);
      sizes.recordReply(request.kind(), path, bytes(result));
      replies.add(checked(path, result));
    }
    return replies;
  }

  private static int bytes(OpResult result) {
    if (result instanceof OpResult.GetDataResult found) {
      return found.getData() == null ? 0 : found.getData().length;
    }
    if (result instanceof OpResult.GetChildrenResult found) {
      int bytes = 0;
      for (String name : found.getChildren()) {
        bytes += name.length() + Integer.BYTES;
      }
      return bytes;
    }
    return 0;
  }

  /** Empty when the connection was lost and there is still time to try again. */
  private Optional<List<OpResult>> await(BatchRequest request, OptionalLong deadline) {
    try {
      long millis = connection.settings().timeout().toMillis();
      return Optional.of(request.reply().get(millis, TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KeeperException k && ZooKeeperConnection.isConnection(k.code())) {
        if (deadline.isPresent() && System.nanoTime() - deadline.getAsLong() > 0) {
          throw connection.unreachable(k);
        }
        return Optional.empty();
      }
      if (e.getCause() instanceof StoreException s) {
        throw s;
      }
      throw new StoreException(
          Store.ZOOKEEPER,
          "ZooKeeper at %s refused to read %s: %s"
              .formatted(connection.settings(), request.paths().get(0), e.getCause()),
          e);
    } catch (TimeoutException e) {
      throw connection.unreachable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private Reply checked(ZkPath path, OpResult result) {
    if (result instanceof OpResult.ErrorResult error && error.getErr() != Code.NONODE.intValue()) {
      if (error.getErr() != Code.NOAUTH.intValue()) {
        throw new StoreException(
            Store.ZOOKEEPER,
            "ZooKeeper refused to read %s: %s".formatted(path, Code.get(error.getErr())));
      }
      if (unreadable.isEmpty()) {
        throw new UnreadableException(path, connection.settings());
      }
      unreadable.get().add(path);
    }
    return new Reply(path, result, ensemble);
  }

  static Optional<Znode> znode(Reply reply) {
    if (!(reply.result() instanceof OpResult.GetDataResult found)) {
      return Optional.empty();
    }
    Stat stat = found.getStat();
    return Optional.of(
        new Znode(
            reply.path(),
            NodeData.of(found.getData()),
            new Zxid(stat.getCzxid()),
            new Zxid(stat.getMzxid()),
            new Zxid(stat.getPzxid()),
            stat.getVersion(),
            stat.getCversion(),
            stat.getNumChildren(),
            stat.getEphemeralOwner(),
            reply.ensemble(),
            stat.getCtime()));
  }

  static List<String> names(Reply reply) {
    return reply.result() instanceof OpResult.GetChildrenResult found
        ? found.getChildren()
        : List.of();
  }

  private static void pause() {
    try {
      Thread.sleep(ZooKeeperConnection.RETRY_DELAY.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static StoreException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StoreException(Store.ZOOKEEPER, "interrupted while reading ZooKeeper", e);
  }

  /**
   * A server before 3.6 ({@code OpCode.multiRead}) reports that it does not know the request, and
   * closes the connection. A connection that was lost without that answer proves nothing about the
   * server: it is asked again.
   */
  private static boolean knowsMultiReads(ZooKeeperConnection connection) {
    long timeout = connection.settings().timeout().toNanos();
    long asked = System.nanoTime();
    while (true) {
      try {
        ReadBatch.multi(connection.client(), ReadKind.DATA, List.of(ZkPath.ROOT))
            .get(timeout, TimeUnit.NANOSECONDS);
        return true;
      } catch (ExecutionException e) {
        boolean lost =
            e.getCause() instanceof KeeperException k && ZooKeeperConnection.isConnection(k.code());
        if (!lost) {
          return false;
        }
        if (System.nanoTime() - asked > timeout) {
          throw connection.unreachable(e);
        }
        pause();
      } catch (TimeoutException e) {
        throw connection.unreachable(e);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }
}
