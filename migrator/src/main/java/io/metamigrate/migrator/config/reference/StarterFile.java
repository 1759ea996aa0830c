package io.metamigrate.migrator.config.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A commented configuration file for one driver and one way to secure each store. What an operator
 * must write is there as an example; everything else is commented out with its default. For one
 * thread.
 */
public final class StarterFile {
  /** How ZooKeeper is secured. */
  public enum ZooKeeperSecurity {
    PLAIN,
    DIGEST,
    SASL,
    TLS,
    CLIENT_CERTIFICATE
  }

  /** How etcd is secured. */
  public enum EtcdSecurity {
    PLAIN,
    PASSWORD,
    TLS,
    CLIENT_CERTIFICATE
  }

  private static final int WIDTH = 100;

  private final String driver;
  private final Map<String, String> flags;
  private final Set<String> written = new TreeSet<>();
  private final boolean encrypted;
  private final List<String> lines = new ArrayList<>();
  private List<String> open = List.of();

  private StarterFile(
      String driver,
      Set<ZooKeeperSecurity> zookeeper,
      Set<EtcdSecurity> etcd,
      Map<String, String> flags) {
    this.driver = driver;
    this.flags = Map.copyOf(flags);
    this.encrypted =
        etcd.contains(EtcdSecurity.TLS) || etcd.contains(EtcdSecurity.CLIENT_CERTIFICATE);
    written.addAll(
        List.of(
            "cluster.name",
            "cluster.pulsarVersion",
            "source.zookeeper",
            "target.etcd",
            "cutover.driver.kind",
            "cutover.bookies[].id",
            "cutover.brokers[].id"));
    zookeeper.forEach(security -> written.addAll(keys(security)));
    etcd.forEach(security -> written.addAll(keys(security)));
  }

  private static List<String> keys(ZooKeeperSecurity security) {
    return switch (security) {
      case PLAIN -> List.of();
      case DIGEST -> List.of("source.sasl.user", "source.sasl.passwordFile");
      case SASL -> List.of("source.sasl.jaasFile", "source.sasl.jaasContext");
      case TLS -> List.of("source.tls.trust");
      case CLIENT_CERTIFICATE -> tls("source.tls");
    };
  }

  private static List<String> keys(EtcdSecurity security) {
    return switch (security) {
      case PLAIN -> List.of();
      case PASSWORD -> List.of("target.user", "target.passwordFile");
      case TLS -> List.of("target.tls.trust");
      case CLIENT_CERTIFICATE -> tls("target.tls");
    };
  }

  /**
   * The file's text.
   *
   * @param zookeeper how it is secured; empty is plain
   * @param etcd the same
   * @param flags values of keys by their flags, such as {@code --cluster}
   */
  public static String of(
      String driver,
      Set<ZooKeeperSecurity> zookeeper,
      Set<EtcdSecurity> etcd,
      Map<String, String> flags) {
    StarterFile file = new StarterFile(driver, zookeeper, etcd, flags);
    file.lines.add(
        "# Created by `migrate config init`. Replace the examples. A key that is commented out has"
            + " its default, or an example if there is none.");
    Keys.all().stream()
        .filter(key -> key.driver().isEmpty() || key.driver().get().equals(driver))
        .forEach(file::write);
    return String.join("\n", file.lines) + "\n";
  }

  private static List<String> tls(String block) {
    return List.of(block + ".trust", block + ".certificate", block + ".key");
  }

  private void write(Key key) {
    List<String> blocks = List.of(key.block().split("\\."));
    for (int depth = shared(blocks); depth < blocks.size(); depth++) {
      if (depth == 0) {
        lines.add("");
      }
      lines.add("  ".repeat(depth) + blocks.get(depth).replace("[]", "") + ":");
    }
    boolean first = !blocks.equals(open);
    open = blocks;
    boolean item = key.block().endsWith("[]");
    String indent = "  ".repeat(blocks.size()) + (item ? "  " : "");
    wrap(key.when() + " " + facts(key)).forEach(line -> lines.add(indent + "# " + line));
    String start = item && first ? indent.substring(2) + "- " : indent;
    lines.add(
        isWritten(key)
            ? start + key.name() + ": " + value(key)
            : start.replace("- ", "# - ")
                + (item && first ? "" : "# ")
                + name(key)
                + ": "
                + unused(key));
  }

  private int shared(List<String> blocks) {
    int depth = 0;
    while (depth < Math.min(blocks.size(), open.size())
        && blocks.get(depth).equals(open.get(depth))) {
      depth++;
    }
    return depth;
  }

  private boolean isWritten(Key key) {
    boolean required =
        key.driver().isPresent()
            && key.otherwise().isEmpty()
            && !Set.of("describe", "envFile", "project", "autoRecovery", "kubeconfig", "context")
                .contains(key.name());
    return written.contains(key.path())
        || required
        || key.flag().filter(flags::containsKey).isPresent();
  }

  private String value(Key key) {
    Optional<String> given =
        key.flag().flatMap(flag -> Optional.ofNullable(flags.get(flag))).map(StarterFile::quoted);
    if (given.isPresent()) {
      return given.get();
    }
    if (key.path().equals("cutover.driver.kind")) {
      return driver;
    }
    if (key.path().equals("source.zookeeper") && written.contains("source.tls.trust")) {
      return quoted(key.example().replace(":2181", ":2281"));
    }
    if (key.kind() == Kind.ETCD) {
      return encrypted ? key.example().replace("http://", "https://") : key.example();
    }
    return key.example().startsWith("[") ? key.example() : quoted(key.example());
  }

  private static String quoted(String value) {
    return value.matches("[A-Za-z0-9._/-]+") ? value : "\"" + value.replace("\"", "\\\"") + "\"";
  }

  private static String unused(Key key) {
    return key.otherwise().isEmpty() ? key.example() : key.otherwise();
  }

  private static String name(Key key) {
    return key.name().equals("*") ? "NAME" : key.name();
  }

  private static String facts(Key key) {
    StringBuilder facts = new StringBuilder("(").append(key.allowed().text().replace("`", ""));
    if (!key.otherwise().isEmpty()) {
      facts.append("; default ").append(key.otherwise());
    }
    key.flag().ifPresent(flag -> facts.append("; ").append(flag));
    return facts.append(')').toString();
  }

  private static List<String> wrap(String text) {
    List<String> wrapped = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (line.length() + word.length() > WIDTH - 20) {
        wrapped.add(line.toString().strip());
        line.setLength(0);
      }
      line.append(word).append(' ');
    }
    wrapped.add(line.toString().strip());
    return wrapped;
  }
}
