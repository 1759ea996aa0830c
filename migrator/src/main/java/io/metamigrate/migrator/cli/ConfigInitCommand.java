package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Choices;
import io.metamigrate.migrator.config.DriverConfig;
import io.metamigrate.migrator.config.reference.StarterFile;
import io.metamigrate.migrator.config.reference.StarterFile.EtcdSecurity;
import io.metamigrate.migrator.config.reference.StarterFile.ZooKeeperSecurity;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code migrate config init}: prints a commented file. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description =
        "Prints a commented configuration file for a driver and for how the stores are secured,"
            + " with the values of the flags.")
final class ConfigInitCommand extends ConsoleCommand {
  @Option(
      names = "--driver",
      paramLabel = "command|compose|kubernetes",
      defaultValue = "command",
      converter = DriverKindConverter.class,
      description = "how nodes are restarted (default: command)")
  private DriverConfig.DriverKind driver = DriverConfig.DriverKind.COMMAND;

  @Option(
      names = "--zookeeper-security",
      paramLabel = "KIND",
      split = ",",
      converter = ZooKeeperSecurityConverter.class,
      description =
          "how ZooKeeper is secured: plain, or digest or sasl, tls or client-certificate, or two of"
              + " them, such as sasl,tls (default: plain)")
  private List<ZooKeeperSecurity> zookeeper = List.of();

  @Option(
      names = "--etcd-security",
      paramLabel = "KIND",
      split = ",",
      converter = EtcdSecurityConverter.class,
      description =
          "how etcd is secured: plain, or password, tls or client-certificate, or two of them, such"
              + " as password,tls (default: plain)")
  private List<EtcdSecurity> etcd = List.of();

  @Spec private CommandSpec spec;

  @Override
  ExitCode execute() {
    refuseTogether(zookeeper, ZooKeeperSecurity.DIGEST, ZooKeeperSecurity.SASL);
    refuseWithOthers(zookeeper, ZooKeeperSecurity.PLAIN);
    refuseWithOthers(etcd, EtcdSecurity.PLAIN);
    options().requireFlagsOnly();
    String file =
        StarterFile.of(
            Choices.name(driver), new HashSet<>(zookeeper), new HashSet<>(etcd), options().flags());
    console().result(options().output(), file, Map.of("file", file));
    return ExitCode.DONE;
  }

  private <E extends Enum<E>> void refuseTogether(List<E> given, E one, E other) {
    if (given.contains(one) && given.contains(other)) {
      throw new ParameterException(
          spec.commandLine(),
          "%s and %s exclude each other; give one of them"
              .formatted(Choices.name(one), Choices.name(other)));
    }
  }

  private <E extends Enum<E>> void refuseWithOthers(List<E> given, E plain) {
    given.stream()
        .filter(other -> other != plain)
        .forEach(other -> refuseTogether(given, plain, other));
  }

  private static <E extends Enum<E>> E parse(Class<E> type, String text) {
    try {
      return Choices.parse(type, text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  private static final class DriverKindConverter
      implements ITypeConverter<DriverConfig.DriverKind> {
    @Override
    public DriverConfig.DriverKind convert(String text) {
      return parse(DriverConfig.DriverKind.class, text);
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
