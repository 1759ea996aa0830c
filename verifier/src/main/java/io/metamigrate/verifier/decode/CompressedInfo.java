package io.metamigrate.verifier.decode;

import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.CompressionType;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.ManagedLedgerInfoMetadata;

/**
 * Unpacks the values of managed ledgers and cursors that a broker is configured to compress: two
 * bytes 0x4778, four bytes length of a header, the header, the compressed value ({@code
 * MetaStoreImpl.compressManagedInfo}). No protobuf message begins with 0x47, so the two bytes are
 * sufficient. The headers of managed ledgers and of cursors have the same fields.
 */
final class CompressedInfo {
  private static final short MAGIC = 0x4778;

  /** No store takes a value near this size: a header that claims more is damaged. */
  private static final int LARGEST = 256 << 20;

  private CompressedInfo() {}

  /** The value itself, whether it came compressed or not. */
  static byte[] unpack(byte[] bytes) throws IOException {
    if (bytes.length < 2 || ByteBuffer.wrap(bytes).getShort() != MAGIC) {
      return bytes;
    }
    if (bytes.length < 6) {
      throw new IOException("compressed value ends in its header");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 2, bytes.length - 2);
    int headerSize = buffer.getInt();
    if (headerSize < 0 || headerSize > buffer.remaining()) {
      throw new IOException("compressed value ends in its header");
    }
    byte[] headerBytes = new byte[headerSize];
    buffer.get(headerBytes);
    ManagedLedgerInfoMetadata header = ManagedLedgerInfoMetadata.parseFrom(headerBytes);
    int size = header.getUncompressedSize();
    if (size < 0 || size > LARGEST) {
      throw new IOException("compressed value claims " + size + " bytes");
    }
    byte[] packed = Arrays.copyOfRange(bytes, buffer.position(), bytes.length);
    return decompress(header.getCompressionType(), packed, size);
  }

  private static byte[] decompress(CompressionType type, byte[] packed, int size)
      throws IOException {
    byte[] value = new byte[size];
    int written =
        switch (type) {
          case NONE -> throw new IOException("compressed value names no compression");
          case ZLIB -> inflate(packed, value);
          case LZ4 -> run(new Lz4Decompressor(), packed, value);
          case ZSTD -> run(new ZstdDecompressor(), packed, value);
          case SNAPPY -> run(new SnappyDecompressor(), packed, value);
        };
    if (written != size) {
      throw new IOException(
          "compressed value holds " + written + " bytes, its header announces " + size);
    }
    return value;
  }

  private static int run(Decompressor decompressor, byte[] packed, byte[] value) {
    return decompressor.decompress(packed, 0, packed.length, value, 0, value.length);
  }

  private static int inflate(byte[] packed, byte[] value) throws IOException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed);
      return inflater.inflate(value);
    } catch (DataFormatException e) {
      throw new IOException("compressed value is damaged: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }
}
