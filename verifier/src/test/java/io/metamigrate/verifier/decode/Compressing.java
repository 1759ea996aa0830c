package io.metamigrate.verifier.decode;

import io.airlift.compress.Compressor;
import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.snappy.SnappyCompressor;
import io.airlift.compress.zstd.ZstdCompressor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.CompressionType;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.ManagedLedgerInfoMetadata;

/** Packs a value as {@code MetaStoreImpl.compressManagedInfo} of Pulsar 4.0 does. */
final class Compressing {
  private Compressing() {}

  static byte[] with(CompressionType type, byte[] value) {
    byte[] header =
        ManagedLedgerInfoMetadata.newBuilder()
            .setCompressionType(type)
            .setUncompressedSize(value.length)
            .build()
            .toByteArray();
    byte[] packed = pack(type, value);
    return ByteBuffer.allocate(6 + header.length + packed.length)
        .putShort((short) 0x4778)
        .putInt(header.length)
        .put(header)
        .put(packed)
        .array();
  }

  private static byte[] pack(CompressionType type, byte[] value) {
    return switch (type) {
      case NONE -> value;
      case ZLIB -> deflate(value);
      case LZ4 -> run(new Lz4Compressor(), value);
      case ZSTD -> run(new ZstdCompressor(), value);
      case SNAPPY -> run(new SnappyCompressor(), value);
    };
  }

  private static byte[] run(Compressor compressor, byte[] value) {
    byte[] out = new byte[compressor.maxCompressedLength(value.length)];
    int size = compressor.compress(value, 0, value.length, out, 0, out.length);
    return Arrays.copyOf(out, size);
  }

  private static byte[] deflate(byte[] value) {
    Deflater deflater = new Deflater();
    deflater.setInput(value);
    deflater.finish();
    byte[] out = new byte[value.length + 64];
    int size = deflater.deflate(out);
    deflater.end();
    return Arrays.copyOf(out, size);
  }
}
