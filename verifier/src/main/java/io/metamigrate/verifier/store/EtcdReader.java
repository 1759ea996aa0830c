package io.metamigrate.verifier.store;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Reads keys that are paths, by bounded ranges. */
public final class EtcdReader {
  /**
   * The most keys of one page. Ranges are meant to hold about a thousand keys; the limit only
   * bounds the reply where etcd holds far more than ZooKeeper.
   */
  private static final int PAGE = 4_000;

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
            .insist("revision", () -> get("/", GetOption.builder().withCountOnly(true).build()))
            .getHeader()
            .getRevision());
  }

  /** Which etcd this is: the same for every member. */
  public long clusterId() {
    return connection
        .insist("cluster id", () -> get("/", GetOption.builder().withCountOnly(true).build()))
        .getHeader()
        .getClusterId();
  }

  /** The key at this path as of now. */
  public Optional<EtcdEntry> read(ZkPath path) {
    return connection
        .insist(path.value(), () -> get(path.value(), GetOption.DEFAULT))
        .getKvs()
        .stream()
        .findFirst()
        .map(EtcdReader::entry);
  }

  /** The keys at these paths as of now, all asked for at once; absent ones are left out. */
  public List<EtcdEntry> read(List<ZkPath> paths) {
    List<CompletableFuture<GetResponse>> replies =
        paths.stream().map(path -> get(path.value(), GetOption.DEFAULT)).toList();
    List<EtcdEntry> entries = new ArrayList<>();
    for (int i = 0; i < replies.size(); i++) {
      String path = paths.get(i).value();
      connection
          .insist(path, replies.get(i), () -> get(path, GetOption.DEFAULT))
          .getKvs()
          .forEach(kv -> entries.add(entry(kv)));
    }
    return entries;
  }

  /** How many keys there are from {@code from}, inclusive, to {@code to}, exclusive. */
  public long count(String from, String to) {
    return connection
        .insist(
            "count of " + from,
            () -> get(from, GetOption.builder().withRange(key(to)).withCountOnly(true).build()))
        .getCount();
  }

  /** How many keys there are at all. */
  public long countAll() {
    return connection
        .insist(
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

  /** The first key at or below {@code root} with a lease, where a component lives on etcd. */
  public Optional<EtcdEntry> firstLeased(ZkPath root) {
    return range(root.value() + "/", root.value() + "0", Optional.empty()).stream()
        .filter(EtcdEntry::isLeased)
        .findFirst();
  }

  /** All keys from {@code from}, inclusive, to {@code to}, exclusive, in order. */
  public List<EtcdEntry> range(String from, String to, Optional<Revision> at) {
    return finish(from, to, at, start(from, to, at));
  }

  /** The first page of that range; empty when there is nothing any more. */
  public List<EtcdEntry> page(String from, String to, Optional<Revision> at) {
    return connection.insist("range from " + from, () -> start(from, to, at)).getKvs().stream()
        .map(EtcdReader::entry)
        .toList();
  }

  /** The same, page by page, for ranges that may hold more than memory does. */
  public void scan(String from, String to, Revision at, Consumer<List<EtcdEntry>> sink) {
    String next = from;
    while (true) {
      String begin = next;
      GetResponse page =
          connection.insist("range from " + begin, () -> start(begin, to, Optional.of(at)));
      List<EtcdEntry> entries = page.getKvs().stream().map(EtcdReader::entry).toList();
      sink.accept(entries);
      if (!page.isMore()) {
        return;
      }
      next = entries.get(entries.size() - 1).path().value() + "\0";
    }
  }

  CompletableFuture<GetResponse> start(String from, String to, Optional<Revision> at) {
    GetOption.Builder option =
        GetOption.builder()
            .withRange(key(to))
            .withLimit(PAGE)
            .withKeysOnly(!values)
            .withSortField(GetOption.SortTarget.KEY)
            .withSortOrder(GetOption.SortOrder.ASCEND);
    at.ifPresent(revision -> option.withRevision(revision.value()));
    return get(from, option.build());
  }

  List<EtcdEntry> finish(
      String from, String to, Optional<Revision> at, CompletableFuture<GetResponse> first) {
    List<EtcdEntry> entries = new ArrayList<>();
    GetResponse page = connection.insist("range from " + from, first, () -> start(from, to, at));
    while (true) {
      page.getKvs().forEach(kv -> entries.add(entry(kv)));
      if (!page.isMore()) {
        return entries;
      }
      String next = entries.get(entries.size() - 1).path().value() + "\0";
      page = connection.insist("range from " + next, () -> start(next, to, at));
    }
  }

  private CompletableFuture<GetResponse> get(String from, GetOption option) {
    return connection.client().getKVClient().get(key(from), option);
  }

  static ByteSequence key(String path) {
    return EtcdConnection.bytes(path);
  }

  /** Only for keys that start with a slash, as all ranges here do. */
  public static EtcdEntry entry(KeyValue kv) {
    return new EtcdEntry(
        new ZkPath(kv.getKey().toString(StandardCharsets.UTF_8)),
        NodeData.of(kv.getValue().getBytes()),
        new Revision(kv.getCreateRevision()),
        new Revision(kv.getModRevision()),
        kv.getVersion(),
        kv.getLease());
  }
}
