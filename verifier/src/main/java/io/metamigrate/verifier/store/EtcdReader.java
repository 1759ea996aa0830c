package io.metamigrate.verifier.store;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Reads keys that are paths, by bounded ranges. Safe for use by several threads. */
public final class EtcdReader {
  /**
   * The most keys of one page. Ranges hold about a thousand keys; the limit only bounds the reply
   * if etcd holds far more than ZooKeeper.
   */
  static final int PAGE = 4_000;

  /** Keys of the first page of a range of which nothing is known. */
  private static final int FIRST_PAGE = 500;

  /** Single keys asked for at once. */
  private static final int CONCURRENT_GETS = 16;

  private final EtcdConnection connection;
  private final boolean values;

  public EtcdReader(EtcdConnection connection) {
    this(connection, true);
  }

  private EtcdReader(EtcdConnection connection, boolean values) {
    this.connection = connection;
    this.values = values;
  }

  /** A reader whose ranges leave the values out: all data of their entries are empty. */
  public EtcdReader withoutValues() {
    return new EtcdReader(connection, false);
  }

  /** The present revision of the store. */
  public Revision revision() {
    return new Revision(
        connection
            .retry("revision", () -> get("/", GetOption.builder().withCountOnly(true).build()))
            .getHeader()
            .getRevision());
  }

  /** Which etcd this is: the same for every member ({@code ResponseHeader.cluster_id}). */
  long clusterId() {
    return connection
        .retry("cluster id", () -> get("/", GetOption.builder().withCountOnly(true).build()))
        .getHeader()
        .getClusterId();
  }

  /** The key at this path as of now. */
  public Optional<EtcdEntry> read(ZkPath path) {
    return connection
        .retry(path.value(), () -> get(path.value(), GetOption.DEFAULT))
        .getKvs()
        .stream()
        .findFirst()
        .map(EtcdReader::entry);
  }

  /** The keys at these paths as of now, some asked for at once; absent ones are left out. */
  public List<EtcdEntry> read(List<ZkPath> paths) {
    List<EtcdEntry> entries = new ArrayList<>();
    Deque<CompletableFuture<GetResponse>> replies = new ArrayDeque<>();
    int asked = 0;
    for (ZkPath path : paths) {
      while (asked < paths.size() && replies.size() < CONCURRENT_GETS) {
        replies.add(get(paths.get(asked++).value(), GetOption.DEFAULT));
      }
      connection
          .retry(path.value(), replies.remove(), () -> get(path.value(), GetOption.DEFAULT))
          .getKvs()
          .forEach(kv -> entries.add(entry(kv)));
    }
    return entries;
  }

  /** How many keys there are from {@code from}, inclusive, to {@code to}, exclusive. */
  public long count(String from, String to) {
    return connection
        .retry(
            "count of " + from,
            () -> get(from, GetOption.builder().withRange(key(to)).withCountOnly(true).build()))
        .getCount();
  }

  /** How many keys there are at all. */
  public long countAll() {
    return connection
        .retry(
            "count of all keys",
            () ->
                connection
                    .client()
                    .getKVClient()
                    .get(
                        ByteSequence.from(new byte[] {0}),
                        GetOption.builder()
                            .withRange(ByteSequence.from(new byte[] {0}))
                            .withCountOnly(true)
                            .build()))
        .getCount();
  }

  /** The first key at or below {@code root} with a lease, if a component runs on etcd. */
  public Optional<EtcdEntry> firstLeased(ZkPath root) {
    return range(root.value() + "/", root.value() + "0", Optional.empty()).stream()
        .filter(EtcdEntry::isLeased)
        .findFirst();
  }

  /** Keys from the first, inclusive, to the second, exclusive. */
  record Range(String from, String to, Optional<Revision> at) {
    Range after(ZkPath last) {
      return new Range(last.value() + "\0", to, at);
    }
  }

  /** All keys from {@code from}, inclusive, to {@code to}, exclusive, in order. */
  public List<EtcdEntry> range(String from, String to, Optional<Revision> at) {
    List<EtcdEntry> all = new ArrayList<>();
    pages(new Range(from, to, at), FIRST_PAGE, all::addAll);
    return all;
  }

  /** The first page of that range; empty when there is nothing any more. */
  public List<EtcdEntry> page(String from, String to, Optional<Revision> at) {
    return start(from, to, at, FIRST_PAGE).next().entries();
  }

  /** The same, page by page, for ranges that may hold more than memory does. */
  public void scan(String from, String to, Revision at, Consumer<List<EtcdEntry>> sink) {
    pages(new Range(from, to, Optional.of(at)), FIRST_PAGE, sink);
  }

  private void pages(Range range, int first, Consumer<List<EtcdEntry>> sink) {
    EtcdPages pages = new EtcdPages(connection, this, range, first);
    EtcdPages.Page page;
    do {
      page = pages.next();
      sink.accept(page.entries());
    } while (page.more());
  }

  /**
   * Begins to read a range.
   *
   * @param expected about how many keys it has
   */
  EtcdPages start(String from, String to, Optional<Revision> at, int expected) {
    return new EtcdPages(connection, this, new Range(from, to, at), expected);
  }

  CompletableFuture<GetResponse> ask(Range range, int limit) {
    GetOption.Builder option =
        GetOption.builder()
            .withRange(key(range.to()))
            .withLimit(limit)
            .withKeysOnly(!values)
            .withSortField(GetOption.SortTarget.KEY)
            .withSortOrder(GetOption.SortOrder.ASCEND);
    range.at().ifPresent(revision -> option.withRevision(revision.value()));
    return get(range.from(), option.build());
  }

  /** The first key of a range. */
  Optional<EtcdEntry> first(Range range) {
    return connection.retry("range from " + range.from(), () -> ask(range, 1)).getKvs().stream()
        .findFirst()
        .map(EtcdReader::entry);
  }

  private CompletableFuture<GetResponse> get(String from, GetOption option) {
    return connection.client().getKVClient().get(key(from), option);
  }

  static ByteSequence key(String path) {
    return EtcdConnection.bytes(path);
  }

  /** Only for keys that start with a slash, as all ranges here do. */
  static EtcdEntry entry(KeyValue kv) {
    return new EtcdEntry(
        new ZkPath(KeyText.decode(kv.getKey().getBytes())),
        NodeData.of(kv.getValue().getBytes()),
        new Revision(kv.getCreateRevision()),
        new Revision(kv.getModRevision()),
        kv.getVersion(),
        kv.getLease());
  }
}
