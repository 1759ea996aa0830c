package io.metamigrate.migrator.plan;

/**
 * How large a value may be. etcd refuses a request whose encoded form is above its {@code
 * --max-request-bytes} ({@code EtcdServer.processInternalRaftRequestOnce}). Pulsar's {@code
 * EtcdMetadataStore} writes a key by a transaction that names it twice, once to compare and once to
 * put.
 */
public final class PutRequest {
  /** etcd's default {@code --max-request-bytes} ({@code embed.DefaultMaxRequestBytes}). */
  public static final int DEFAULT_LIMIT = 1_572_864;

  /** Tags, lengths, the request's id and the compared number, rounded up. */
  private static final int FRAME = 64;

  /** What the daemon's own transactions hold besides: lock, direction, mark and checkpoint. */
  private static final int DAEMON = 4_096;

  /** Headers, tags, lengths, revisions and a lease, rounded up. */
  private static final int REPLY_FRAME = 128;

  private PutRequest() {}

  /** The largest value that Pulsar can put at a key of this many bytes. */
  public static long largestValue(int limit, int key) {
    return (long) limit - 2L * key - FRAME;
  }

  /**
   * The largest value that Pulsar can read back from a key of this many bytes: it comes in one
   * reply, and again with each put, which asks for the previous value.
   */
  public static long largestRead(int key) {
    return RangeReply.LIMIT - key - REPLY_FRAME;
  }

  /** The largest value that the daemon can copy to a key of this many bytes. */
  public static long largestCopied(int limit, int key) {
    return largestValue(limit, key) - 2L * key - DAEMON;
  }
}
