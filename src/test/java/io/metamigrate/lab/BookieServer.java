package io.metamigrate.lab;

import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * One bookie with a journal and ledgers of its own.
 *
 * <p>Its start waits until no earlier registration of it is left in its store: a bookie that starts
 * into one never registers again, though it lives and its port accepts (seen on BookKeeper 4.14 and
 * 4.16). After a kill that takes the session's time-out.
 */
public final class BookieServer implements PulsarNode {
  private static final String MAIN = "org.apache.bookkeeper.server.Main";

  private final int port;
  private final NodeSettings settings;
  private final LabProcess process;
  private MetadataHome home;

  BookieServer(JavaServer java, Path directory, String name, MetadataHome home) {
    this.port = FreePorts.next();
    Path own = directory.resolve(name);
    this.settings = new NodeSettings(own.resolve("bookie.conf"));
    this.process = java.process(name, own, 256, MAIN, "--conf", settings.file().toString());
    this.home = home;
    settings.set(defaults(own));
    use(home);
  }

  private Map<String, String> defaults(Path own) {
    Map<String, String> lines = new HashMap<>();
    lines.put("bookiePort", Integer.toString(port));
    lines.put("advertisedAddress", "127.0.0.1");
    lines.put("listeningInterface", "lo");
    lines.put("allowLoopback", "true");
    lines.put("useHostNameAsBookieID", "false");
    lines.put("journalDirectory", own.resolve("journal").toString());
    lines.put("ledgerDirectories", own.resolve("ledgers").toString());
    lines.put("zkTimeout", "30000");
    lines.put("autoRecoveryDaemonEnabled", "false");
    lines.put("httpServerEnabled", "false");
    lines.put("enableStatistics", "false");
    lines.put("journalSyncData", "false");
    lines.put("journalMaxSizeMB", "64");
    lines.put("journalPreAllocSizeMB", "1");
    lines.put("journalWriteBufferSizeKB", "64");
    lines.put("diskUsageThreshold", "0.99");
    lines.put("diskUsageWarnThreshold", "0.98");
    lines.put("diskCheckInterval", "600000");
    lines.put("ledgerStorageClass", "org.apache.bookkeeper.bookie.storage.ldb.DbLedgerStorage");
    lines.put("dbStorage_writeCacheMaxSizeMb", "16");
    lines.put("dbStorage_readAheadCacheMaxSizeMb", "16");
    lines.put("dbStorage_rocksDB_blockCacheSize", "8388608");
    lines.put("dbStorage_rocksDB_writeBufferSizeMB", "4");
    lines.put("logSizeLimit", "67108864");
    lines.put("numAddWorkerThreads", "2");
    lines.put("numReadWorkerThreads", "2");
    lines.put("numHighPriorityWorkerThreads", "1");
    lines.put("serverNumIOThreads", "2");
    return lines;
  }

  @Override
  public String id() {
    return "127.0.0.1:" + port;
  }

  @Override
  public String registration() {
    return "/ledgers/available/" + id();
  }

  @Override
  public NodeSettings settings() {
    return settings;
  }

  @Override
  public LabProcess process() {
    return process;
  }

  @Override
  public void use(MetadataHome newHome) {
    home = newHome;
    settings.set(Map.of("metadataServiceUri", newHome.bookieUri()));
  }

  @Override
  public void startOnly() {
    await("registration of " + id() + " is gone")
        .atMost(Duration.ofSeconds(90))
        .ignoreExceptions()
        .until(() -> process.alive() || !home.registered(registration()));
    process.start();
  }

  @Override
  public void awaitUp() {
    process.awaitReady(
        "is registered and accepts", () -> home.registered(registration()) && accepts());
  }

  private boolean accepts() throws java.io.IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return socket.isConnected();
    }
  }
}
