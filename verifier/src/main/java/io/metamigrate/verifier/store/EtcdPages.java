package io.metamigrate.verifier.store;

import io.etcd.jetcd.kv.GetResponse;
import io.metamigrate.verifier.store.EtcdReader.Range;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * A range of keys, page by page, the first of which is asked for at once. Pages are cut by the
 * bytes that came back; one that was above the client's limit is asked for again in half the size.
 * For one thread.
 */
final class EtcdPages {
  private static final int PAGE_BYTES = 8 << 20;

  private final EtcdConnection connection;
  private final EtcdReader reader;
  private Range left;
  private int limit;
  private CompletableFuture<GetResponse> asked;

  EtcdPages(EtcdConnection connection, EtcdReader reader, Range range, int limit) {
    this.connection = connection;
    this.reader = reader;
    this.left = range;
    this.limit = Math.max(1, Math.min(EtcdReader.PAGE, limit));
    this.asked = reader.ask(left, this.limit);
  }

  /**
   * One page in key order.
   *
   * @param more whether keys follow
   */
  record Page(List<EtcdEntry> entries, boolean more) {}

  /** The next page; must not be called after the last. */
  Page next() {
    GetResponse answer = answer();
    List<EtcdEntry> entries = answer.getKvs().stream().map(EtcdReader::entry).toList();
    if (answer.isMore()) {
      limit = next(entries);
      left = left.after(entries.get(entries.size() - 1).path());
      asked = reader.ask(left, limit);
    }
    return new Page(entries, answer.isMore());
  }

  private GetResponse answer() {
    while (true) {
      Range range = left;
      int most = limit;
      try {
        return connection.retry("range from " + range.from(), asked, () -> reader.ask(range, most));
      } catch (StoreException e) {
        if (!EtcdConnection.isTooLarge(e)) {
          throw e;
        }
        if (most == 1) {
          throw tooLarge(range);
        }
        limit = most / 2;
        asked = reader.ask(left, limit);
      }
    }
  }

  private ReplyTooLargeException tooLarge(Range range) {
    String key = reader.withoutValues().first(range).map(EtcdEntry::path).orElseThrow().value();
    return new ReplyTooLargeException(
        Store.ETCD,
        key,
        String.format(
            Locale.ROOT,
            "etcd key %s cannot be read: its value alone exceeds the %,d bytes that this client"
                + " accepts in one reply",
            key,
            EtcdConnection.MAX_REPLY),
        "delete or shorten it");
  }

  private int next(List<EtcdEntry> page) {
    long bytes = 1;
    for (EtcdEntry entry : page) {
      bytes += entry.data().size() + entry.path().value().length();
    }
    long fitting = (long) PAGE_BYTES * page.size() / bytes;
    return (int) Math.max(1, Math.min(fitting, Math.min(EtcdReader.PAGE, 4L * page.size())));
  }
}
