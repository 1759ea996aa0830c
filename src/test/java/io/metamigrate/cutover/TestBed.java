package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.metamigrate.lab.EtcdKeys;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Accepted;
import io.metamigrate.migrator.cutover.Confirmation;
import io.metamigrate.migrator.cutover.CutoverCodec;
import io.metamigrate.migrator.cutover.CutoverState;
import io.metamigrate.migrator.cutover.Hooks;
import io.metamigrate.migrator.cutover.NodeAccess;
import io.metamigrate.migrator.cutover.OperatorDecisions;
import io.metamigrate.migrator.cutover.Rehearsal;
import io.metamigrate.migrator.cutover.StepFailedException;
import io.metamigrate.migrator.cutover.StepListener;
import io.metamigrate.migrator.cutover.Window;
import io.metamigrate.migrator.cutover.WindowEnvironment;
import io.metamigrate.migrator.cutover.WindowResult;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.pulsar.BrokerHealth;
import io.metamigrate.migrator.pulsar.PulsarHealth;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.run.OneShot;
import io.metamigrate.migrator.run.RunOptions;
import io.metamigrate.migrator.run.RunResult;
import io.metamigrate.migrator.run.SeedWriter;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;

/** A small cluster of stand-ins, three bookies and two brokers, on stores of its own. */
final class TestBed implements AutoCloseable {
  static final byte[] NOTHING = new byte[0];

  final Stores stores;
  private final Path folder;
  private final Path file;
  Configuration configuration;
  final Servers servers;
  private final BrokerHealth health;
  final StandInDriver driver = new StandInDriver();
  final List<StandIn.StandInBookie> bookies = new ArrayList<>();
  final List<StandIn.StandInBroker> brokers = new ArrayList<>();
  final List<Runnable> whenBrokersServeOnEtcd = new ArrayList<>();
  Confirmation confirmation = Confirmation.GIVEN;
  StepListener listener = StepListener.SILENT;
  Hooks hooks = Hooks.none();
  boolean atOnce = true;
  Duration maxOutage = Duration.ofMinutes(5);

  TestBed(Path folder, ZooKeeperServer zookeeper, EtcdServer etcd, String budget) throws Exception {
    this(folder, zookeeper, etcd, budget, "40s");
  }

  TestBed(Path folder, ZooKeeperServer zookeeper, EtcdServer etcd, String budget, String timeout)
      throws Exception {
    this(folder, zookeeper.connect(), etcd.endpoint(), budget, timeout, "");
  }

  /** A cluster whose ZooKeeper is reached at these addresses. */
  static TestBed at(Path folder, String servers, EtcdServer... etcds) throws Exception {
    String endpoints =
        Stream.of(etcds).map(EtcdServer::endpoint).collect(Collectors.joining("\", \""));
    return new TestBed(folder, servers, endpoints, "60s", "40s", "");
  }

  /**
   * A cluster whose policies and clusters are in another ZooKeeper.
   *
   * @param source more of the configuration's block {@code source}
   */
  static TestBed withConfigurationStore(
      Path folder,
      ZooKeeperServer zookeeper,
      ZooKeeperServer configuration,
      EtcdServer etcd,
      String source)
      throws Exception {
    String address = configuration.connect() + madeChroot(configuration.connect());
    return new TestBed(
        folder,
        zookeeper.connect(),
        etcd.endpoint(),
        "30s",
        "40s",
        ", configurationZookeeper: \"" + address + "\"" + source);
  }

  /**
   * A cluster whose stand-ins reach ZooKeeper at its plain port. The configuration reaches both
   * stores by these blocks, as the user of etcd that they name.
   *
   * @param blocks {@code cluster}, {@code source} and {@code target}, after the chroot
   */
  static TestBed secured(Path folder, String servers, UnaryOperator<String> blocks)
      throws Exception {
    return new TestBed(folder, servers, blocks, Optional.empty(), "30s");
  }

  private TestBed(
      Path folder, String servers, String endpoints, String budget, String timeout, String source)
      throws Exception {
    this(
        folder,
        servers,
        chroot ->
            """
            cluster: {name: c1, pulsarVersion: 3.0.9}
            source: {zookeeper: "%s", connectTimeout: %s%s}
            target: {etcd: ["%s"], connectTimeout: %s}
            """
                .formatted(servers + chroot, timeout, source, endpoints, timeout),
        Optional.of(endpoints.split("\"", 2)[0]),
        budget);
  }

  /**
   * @param used an etcd without users, which earlier tests have written to
   */
  private TestBed(
      Path folder,
      String servers,
      UnaryOperator<String> blocks,
      Optional<String> used,
      String budget)
      throws Exception {
    this.folder = folder;
    String chroot = madeChroot(servers);
    List<Integer> ports = freePorts(5);
    file = folder.resolve("c" + chroot.substring(1) + ".yaml");
    Files.writeString(
        file,
        """
        %scutover:
          budget: %s
          bookies: [%s, %s, %s]
          brokers: [{id: "127.0.0.1:%d"}, {id: "127.0.0.1:%d"}]
        """
            .formatted(
                blocks.apply(chroot),
                budget,
                bookie(ports.get(0)),
                bookie(ports.get(1)),
                bookie(ports.get(2)),
                ports.get(3),
                ports.get(4)));
    configuration = Configuration.load(file);
    // What an earlier test left there is of another ZooKeeper, and would be refused.
    if (used.isPresent()) {
      new EtcdKeys(used.get()).deletePrefix("metamigrate/");
    } else {
      wipeAsItsUser();
    }
    stores = Stores.open(configuration);
    health = new PulsarHealth(configuration.cluster().admin());
    this.servers = new Servers(servers + chroot, stores.etcd().client());
    if (used.isPresent()) {
      wipeEtcd();
    }
    for (int i = 0; i < 3; i++) {
      bookies.add(new StandIn.StandInBookie(this.servers, ports.get(i)));
    }
    for (int i = 3; i < 5; i++) {
      brokers.add(new StandIn.StandInBroker(this.servers, ports.get(i), whenBrokersServeOnEtcd));
    }
    bookies.forEach(driver::add);
    brokers.forEach(driver::add);
    plantTree();
    bookies.forEach(StandIn::start);
    brokers.forEach(StandIn::start);
  }

  /** With no more rights than a move needs. */
  private void wipeAsItsUser() {
    try (EtcdConnection connection = EtcdConnection.open(configuration.etcdSettings())) {
      DeleteOption prefix = DeleteOption.builder().isPrefix(true).build();
      for (String own : List.of("/", "metamigrate/")) {
        StandIn.get(
            connection.client().getKVClient().delete(ByteSequence.from(own, UTF_8), prefix));
      }
    }
  }

  private static String bookie(int port) {
    return "{id: \"127.0.0.1:%d\", adminUrl: \"http://127.0.0.1:%d\"}".formatted(port, port);
  }

  /** Steps of the windows that begin from now on have this budget. */
  void budget(String budget) throws IOException {
    String text = Files.readString(file).replaceFirst("budget: .*", "budget: " + budget);
    configuration = Configuration.load(Files.writeString(file, text));
  }

  /** The same cluster in another file, with more lines at the end: more of the cutover block. */
  Path fileWith(String name, String more) throws IOException {
    return Files.writeString(folder.resolve(name), Files.readString(file) + more);
  }

  /** A bookie that is not in the file, with its cookie in both stores, not started. */
  StandIn.StandInBookie anotherBookie() throws Exception {
    StandIn.StandInBookie bookie = new StandIn.StandInBookie(servers, freePorts(1).get(0));
    bookies.add(bookie);
    driver.add(bookie);
    return bookie;
  }

  /** A broker that is not in the file, not started. */
  StandIn.StandInBroker anotherBroker() {
    StandIn.StandInBroker broker =
        new StandIn.StandInBroker(servers, freePorts(1).get(0), List.of());
    brokers.add(broker);
    driver.add(broker);
    return broker;
  }

  /** {@code cutover --dry-run}. */
  Rehearsal rehearse(Configuration with, boolean scratchCopy) {
    return rehearse(stores, with, scratchCopy);
  }

  Rehearsal rehearse(Stores over, Configuration with, boolean scratchCopy) {
    return Rehearsal.of(over, with, Strategy.ROLLING, driver, health, scratchCopy, Set.of());
  }

  /** What {@code migrate run} leaves. */
  RunResult copy() {
    return new OneShot(
            stores,
            configuration,
            new RunOptions(false, true, Set.of(), Set.of(), Optional.empty()),
            (what, done, total) -> {},
            InstantSource.system())
        .run();
  }

  Window window() {
    return window("test " + UUID.randomUUID());
  }

  Window window(String holder) {
    return window(holder, Accepted.NOTHING);
  }

  private Window window(String holder, Accepted accepted) {
    return new Window(
        stores,
        configuration,
        environment(holder, health),
        new OperatorDecisions("the test", confirmation, accepted));
  }

  private Path record() {
    return folder.resolve(
        "record-" + configuration.requireZooKeeper().toString().replace('/', '-'));
  }

  List<String> end() {
    return end(new Window.FinalizeOptions(record(), false, true, false));
  }

  List<String> end(Window.FinalizeOptions options) {
    return window().end(options).record().notes();
  }

  Path folderOfRecord() {
    return record();
  }

  private WindowEnvironment environment(String holder, BrokerHealth health) {
    return new WindowEnvironment(
        new NodeAccess(driver, atOnce, health),
        hooks,
        listener,
        InstantSource.system(),
        holder,
        folder.resolve("state"));
  }

  WindowResult cutover(Strategy strategy) {
    return window().cutover(strategy, maxOutage);
  }

  WindowResult rollback() {
    return window().rollback();
  }

  /** A rollback that stops at this step, as one that is killed there. */
  void rollBackUntil(String step) {
    listener =
        WindowFailureTest.when(
            step,
            begun -> {
              throw new StepFailedException("stopped here");
            });
    assertThat(rollback().reason()).contains("stopped here");
  }

  WindowResult rollback(Accepted accepted) {
    return window("test " + UUID.randomUUID(), accepted).rollback();
  }

  WindowResult undoRollback() {
    return window().undoRollback(maxOutage);
  }

  CutoverState state() {
    return new StateStore(stores.etcd()).get("cutover").map(CutoverCodec::read).orElseThrow();
  }

  /** The same at an earlier revision of etcd. */
  CutoverState stateAt(long revision) {
    GetOption then = GetOption.builder().withRevision(revision).build();
    ByteSequence key = ByteSequence.from(StateStore.key("cutover"), UTF_8);
    return CutoverCodec.read(
        StandIn.get(servers.etcd().getKVClient().get(key, then))
            .getKvs()
            .get(0)
            .getValue()
            .getBytes());
  }

  /** A further document of the move, as text. */
  String document(String name) {
    return new StateStore(stores.etcd())
        .get(name)
        .map(content -> new String(content, UTF_8))
        .orElse("");
  }

  StateStore.StoredState move() {
    return new StateStore(stores.etcd()).read();
  }

  ZooKeeper zk() {
    return stores.zookeeper().client();
  }

  /** Of what clusters share; the local one where there is no other. */
  ZooKeeper configurationStore() {
    return stores.configurationStore().orElse(stores.zookeeper()).client();
  }

  void put(String path, byte[] data) {
    StandIn.get(
        servers.etcd().getKVClient().put(ByteSequence.from(path, UTF_8), ByteSequence.from(data)));
  }

  void delete(String path) {
    StandIn.get(servers.etcd().getKVClient().delete(ByteSequence.from(path, UTF_8)));
  }

  Optional<KeyValue> key(String path) {
    GetResponse found =
        StandIn.get(servers.etcd().getKVClient().get(ByteSequence.from(path, UTF_8)));
    return found.getKvs().stream().findFirst();
  }

  /** As a bookie with full disks registers on etcd. */
  void makeReadOnly(StandIn.StandInBookie bookie) {
    long lease = key(bookie.path()).orElseThrow().getLease();
    StandIn.get(
        servers
            .etcd()
            .getKVClient()
            .put(
                ByteSequence.from("/ledgers/available/readonly/" + bookie.id, UTF_8),
                ByteSequence.EMPTY,
                PutOption.builder().withLeaseId(lease).build()));
    delete(bookie.path());
  }

  /** Access lists of a path, with these permissions for everybody where any are given. */
  void setAcl(String path, List<ACL> acl, int... permissions) {
    try {
      List<ACL> list = new ArrayList<>();
      for (ACL one : acl) {
        list.add(new ACL(permissions.length == 0 ? one.getPerms() : permissions[0], one.getId()));
      }
      zk().setACL(path, list, -1);
    } catch (KeeperException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  void deleteInZooKeeper(String path) {
    try {
      zk().delete(path, -1);
    } catch (KeeperException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  boolean existsInZooKeeper(String path) {
    try {
      return zk().exists(path, false) != null;
    } catch (KeeperException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The session that owns a znode; 0 for one that none owns. */
  long zkOwner(String path) {
    try {
      Stat stat = zk().exists(path, false);
      return stat == null ? 0 : stat.getEphemeralOwner();
    } catch (KeeperException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Nodes of the move's own, without the epoch that stays once brokers were started on etcd. */
  Set<String> leftBehind() throws KeeperException, InterruptedException {
    Set<String> own = new TreeSet<>(persistentNodes());
    own.removeIf(path -> !path.startsWith("/metamigrate"));
    if (own.remove("/metamigrate/epoch")) {
      own.remove("/metamigrate");
    }
    return own;
  }

  Set<String> persistentNodes() throws KeeperException, InterruptedException {
    Set<String> found = new TreeSet<>();
    collect("", found);
    return found;
  }

  private void collect(String path, Set<String> found)
      throws KeeperException, InterruptedException {
    for (String name : zk().getChildren(path.isEmpty() ? "/" : path, false)) {
      String child = path + "/" + name;
      if (zk().exists(child, false).getEphemeralOwner() == 0) {
        found.add(child);
        collect(child, found);
      }
    }
  }

  String dataInZooKeeper(String path) throws KeeperException, InterruptedException {
    return new String(zk().getData(path, false, null), UTF_8);
  }

  long nextLedgerIdOnZooKeeper() {
    return SeedWriter.sequences(stores).nextLedgerIdOnSource();
  }

  long nextLedgerIdOnEtcd() {
    return SeedWriter.sequences(stores).nextLedgerIdOnTarget();
  }

  /** Every node on etcd by its own lease, with its own settings, and nothing left in ZooKeeper. */
  void assertServingOnEtcd() {
    for (StandIn node : all()) {
      assertThat(key(node.path()).map(KeyValue::getLease).orElse(0L)).as(node.path()).isNotZero();
      assertThat(existsInZooKeeper(node.path())).as(node.path()).isFalse();
    }
    assertThat(bookies).noneMatch(StandIn.StandInBookie::hasGarbageCollectionSuspended);
    assertThat(state().mirrors()).isEmpty();
  }

  /** Every node in ZooKeeper by its own session, and nothing of the daemon's left there. */
  void assertServingOnZooKeeper() throws KeeperException, InterruptedException {
    for (StandIn node : all()) {
      assertThat(key(node.path())).as(node.path()).isEmpty();
      Stat stat = zk().exists(node.path(), false);
      assertThat(stat).as(node.path()).isNotNull();
      assertThat(stat.getEphemeralOwner()).as(node.path()).isNotZero();
    }
    assertThat(bookies).noneMatch(StandIn.StandInBookie::hasGarbageCollectionSuspended);
    assertThat(leftBehind()).isEmpty();
    assertThat(existsInZooKeeper("/ledgers/underreplication/disable")).isFalse();
    for (String fenced :
        List.of("/loadbalance/brokers", "/counters/producer-name", "/ledgers/idgen")) {
      assertThat(zk().getACL(fenced, new Stat())).isEqualTo(Ids.OPEN_ACL_UNSAFE);
    }
    allocateLedgerId();
    assertThat(move().direction()).contains(Direction.ZK_TO_ETCD);
    assertThat(move().checkpoint().orElseThrow().phase()).isEqualTo(Phase.ROLLED_BACK);
  }

  List<StandIn> all() {
    List<StandIn> nodes = new ArrayList<>(bookies);
    nodes.addAll(brokers);
    return nodes;
  }

  void wipeEtcd() {
    ByteSequence all = ByteSequence.from(new byte[] {0});
    StandIn.get(
        servers.etcd().getKVClient().delete(all, DeleteOption.builder().withRange(all).build()));
  }

  long keys() {
    ByteSequence all = ByteSequence.from(new byte[] {0});
    return StandIn.get(
            servers
                .etcd()
                .getKVClient()
                .get(all, GetOption.builder().withRange(all).withCountOnly(true).build()))
        .getCount();
  }

  private void plantTree() throws KeeperException, InterruptedException {
    create("/ledgers/available/readonly", NOTHING);
    create("/ledgers/INSTANCEID", "3f1c".getBytes(UTF_8));
    create("/ledgers/LAYOUT", "2\nx:1".getBytes(UTF_8));
    create("/ledgers/underreplication/ledgers", NOTHING);
    create("/ledgers/underreplication/locks", NOTHING);
    create("/ledgers/idgen", NOTHING);
    for (StandIn bookie : bookies) {
      create("/ledgers/cookies/" + bookie.id, ("cookie of " + bookie.id).getBytes(UTF_8));
    }
    for (int i = 0; i < 7; i++) {
      allocateLedgerId();
    }
    for (int i = 2; i < 7; i++) {
      create("/ledgers/00/0000/L000" + i, ledger(bookies.get(0).id, bookies.get(1).id));
    }
    create("/managed-ledgers/public/default/persistent/a", "ml a".getBytes(UTF_8));
    create("/managed-ledgers/public/default/persistent/a/sub", "cursor".getBytes(UTF_8));
    create("/managed-ledgers/public/default/persistent/b", NOTHING);
    create(configurationStore(), "/admin/clusters/c1", "{}".getBytes(UTF_8));
    create(configurationStore(), "/admin/policies/public/default", "{}".getBytes(UTF_8));
    create("/loadbalance/brokers", NOTHING);
    create("/namespace", NOTHING);
    create("/counters/producer-name", NOTHING);
    for (int i = 0; i < 3; i++) {
      zk().delete(
              zk().create(
                      "/counters/producer-name/-",
                      NOTHING,
                      new ArrayList<>(Ids.OPEN_ACL_UNSAFE),
                      CreateMode.EPHEMERAL_SEQUENTIAL),
              -1);
    }
  }

  /** As a broker on ZooKeeper does it. */
  void allocateLedgerId() throws KeeperException, InterruptedException {
    long unused = nextLedgerId();
  }

  long nextLedgerId() throws KeeperException, InterruptedException {
    String allocated =
        zk().create(
                "/ledgers/idgen/ID-",
                NOTHING,
                new ArrayList<>(Ids.OPEN_ACL_UNSAFE),
                CreateMode.EPHEMERAL_SEQUENTIAL);
    zk().delete(allocated, -1);
    return Long.parseLong(allocated.substring(allocated.indexOf("ID-") + 3));
  }

  byte[] ledger(String... ensemble) {
    return ("BookieMetadataFormatVersion\t1\n2\n2\n0\n0\t"
            + String.join("\t", ensemble)
            + "\n10\tCLOSED\n")
        .getBytes(UTF_8);
  }

  /** The same for an action of a driver, which may throw nothing. */
  void createUnchecked(String path, byte[] data) {
    try {
      create(path, data);
    } catch (KeeperException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  void create(String path, byte[] data) throws KeeperException, InterruptedException {
    create(zk(), path, data);
  }

  static void create(ZooKeeper client, String path, byte[] data)
      throws KeeperException, InterruptedException {
    int slash = path.lastIndexOf('/');
    if (slash > 0 && client.exists(path.substring(0, slash), false) == null) {
      create(client, path.substring(0, slash), NOTHING);
    }
    client.create(path, data, new ArrayList<>(Ids.OPEN_ACL_UNSAFE), CreateMode.PERSISTENT);
  }

  private static String madeChroot(String servers) throws Exception {
    String chroot = "/t" + UUID.randomUUID().toString().substring(0, 8);
    try (ZooKeeperConnection connection =
        ZooKeeperConnection.open(
            ZooKeeperSettings.of(servers).withTimeout(Duration.ofSeconds(60)))) {
      connection
          .client()
          .create(chroot, NOTHING, new ArrayList<>(Ids.OPEN_ACL_UNSAFE), CreateMode.PERSISTENT);
      return chroot;
    }
  }

  private static List<Integer> freePorts(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      List<Integer> ports = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket(0);
        held.add(socket);
        ports.add(socket.getLocalPort());
      }
      for (ServerSocket socket : held) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    brokers.forEach(StandIn::stop);
    bookies.forEach(StandIn::stop);
    health.close();
    stores.close();
  }
}
