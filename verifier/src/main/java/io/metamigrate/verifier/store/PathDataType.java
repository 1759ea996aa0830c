package io.metamigrate.verifier.store;

import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.h2.mvstore.type.StringDataType;

/** Paths as keys of a map on disk, in etcd's key order. */
final class PathDataType extends BasicDataType<String> {
  @Override
  public int compare(String a, String b) {
    return KeyOrder.compare(a, b);
  }

  @Override
  public int getMemory(String path) {
    return StringDataType.INSTANCE.getMemory(path);
  }

  @Override
  public void write(WriteBuffer buffer, String path) {
    StringDataType.INSTANCE.write(buffer, path);
  }

  @Override
  public String read(java.nio.ByteBuffer buffer) {
    return StringDataType.INSTANCE.read(buffer);
  }

  @Override
  public String[] createStorage(int size) {
    return new String[size];
  }
}
