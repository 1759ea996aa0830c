package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Choices;
import io.metamigrate.migrator.config.DriverConfig;
import io.metamigrate.migrator.config.reference.StarterFile;
import io.metamigrate.migrator.config.reference.StarterFile.EtcdSecurity;
import io.metamigrate.migrator.config.reference.StarterFile.ZooKeeperSecurity;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code migrate config init}: prints a commented file. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description =
        "Prints a commented configuration file for a driver and for how the stores are secured.")
final class ConfigInitCommand extends ConsoleCommand {
  @Option(
      names = "--driver",
      paramLabel = "command|compose|kubernetes",
      defaultValue = "command",
      converter = Drivers.class,
      description = "how nodes are restarted (default: command)")
  private DriverConfig.Kind driver = DriverConfig.Kind.COMMAND;

  @Option(
      names = "--zookeeper-security",
      paramLabel = "plain|digest|sasl|tls|client-certificate",
      defaultValue = "plain",
      converter = ZooKeeperSecurityConverter.class,
      description = "how ZooKeeper is secured (default: plain)")
  private ZooKeeperSecurity zookeeper = ZooKeeperSecurity.PLAIN;

  @Option(
      names = "--etcd-security",
      paramLabel = "plain|password|tls|client-certificate|password-and-client-certificate",
      defaultValue = "plain",
      converter = EtcdSecurityConverter.class,
      description = "how etcd is secured (default: plain)")
  private EtcdSecurity etcd = EtcdSecurity.PLAIN;

  @Override
  ExitCode execute() {
    String file = StarterFile.of(Choices.name(driver), zookeeper, etcd);
    console().result(options().output(), file, Map.of("file", file));
    return ExitCode.DONE;
  }

  private static <E extends Enum<E>> E parse(Class<E> type, String text) {
    try {
      return Choices.parse(type, text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  private static final class Drivers implements ITypeConverter<DriverConfig.Kind> {
    @Override
    public DriverConfig.Kind convert(String text) {
      return parse(DriverConfig.Kind.class, text);
    }
  }

  private static final class ZooKeeperSecurityConverter
      implements ITypeConverter<ZooKeeperSecurity> {
    @Override
    public ZooKeeperSecurity convert(String text) {
      return parse(ZooKeeperSecurity.class, text);
    }
  }

  private static final class EtcdSecurityConverter implements ITypeConverter<EtcdSecurity> {
    @Override
    public EtcdSecurity convert(String text) {
      return parse(EtcdSecurity.class, text);
    }
  }
}
