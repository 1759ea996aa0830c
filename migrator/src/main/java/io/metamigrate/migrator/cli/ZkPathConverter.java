package io.metamigrate.migrator.cli;

import io.metamigrate.verifier.store.ZkPath;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A path as it is in ZooKeeper. */
final class ZkPathConverter implements ITypeConverter<ZkPath> {
  @Override
  public ZkPath convert(String path) {
    if (!path.startsWith("/")) {
      throw new TypeConversionException(
          "'" + path + "' is not a path; give one like /ledgers/INSTANCEID");
    }
    return ZkPath.parse(path);
  }
}
