package io.metamigrate.migrator.plan;

/**
 * The size of etcd's reply to a listing by Pulsar's store, which asks for the keys of all
 * descendants in one range without values, within a transaction. Counted as protobuf encodes {@code
 * TxnResponse}; a client refuses a reply above {@value #LIMIT} bytes, which no release of Pulsar
 * raises although jetcd could ({@code ClientBuilder.maxInboundMessageSize}).
 */
public final class RangeReply {
  /** gRPC's default for the largest message that a client takes ({@code GrpcUtil}), 4 MiB. */
  public static final long LIMIT = 4L << 20;

  /**
   * etcd's cluster and member ids are 64-bit hashes ({@code membership.NewMember}): ten bytes at
   * most.
   */
  private static final int ID = 10;

  /** A flag with its tag. */
  private static final int SUCCEEDED = 2;

  private RangeReply() {}

  /** One key of the reply with its tag and length. {@code lease} is 0 if there is none. */
  static int keyBytes(int key, long create, long mod, long version, long lease) {
    int size = 1 + varint(key) + key + number(create) + number(mod) + number(version);
    size += number(lease);
    return 1 + varint(size) + size;
  }

  /**
   * The whole reply.
   *
   * @param keys how many there are
   * @param bytes the sum of their {@link #keyBytes}
   * @param revision of the store when it answers
   */
  static long bytes(long keys, long bytes, long revision) {
    int header = 1 + ID + 1 + ID + number(revision) + 1 + 2;
    int inner = number(revision);
    return part(header) + SUCCEEDED + part(part(part(inner) + bytes + number(keys)));
  }

  /** A message within another: tag, length, content. */
  private static long part(long size) {
    return 1 + varint(size) + size;
  }

  private static int number(long value) {
    return value == 0 ? 0 : 1 + varint(value);
  }

  private static int varint(long value) {
    return value == 0 ? 1 : (63 - Long.numberOfLeadingZeros(value)) / 7 + 1;
  }
}
