package io.metamigrate.migrator.config.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All keys, in the order in which the reference page and a new file show them. */
public final class Keys {
  private static final List<Key> ALL = new Builder().everything();

  private Keys() {}

  public static List<Key> all() {
    return ALL;
  }

  /**
   * The first description of a key as a file names it, {@code cutover.bookies[3].id}.
   *
   * @throws IllegalStateException if the parser asks for a key that is not described
   */
  public static Key of(String written) {
    return find(written)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the key " + written + " is not described in " + Keys.class.getName()));
  }

  /** The same, if there is one. */
  static Optional<Key> find(String written) {
    String path = written.replaceAll("\\[\\d+]", "[]");
    return ALL.stream().filter(key -> key.path().equals(path) || key.isChosen(path)).findFirst();
  }

  /** Blocks in their order, {@code cluster}, {@code cluster.admin} and so on. */
  static List<String> blocks() {
    return ALL.stream().map(Key::block).distinct().toList();
  }

  private static final class Builder {
    private final List<Key> keys = new ArrayList<>();

    List<Key> everything() {
      cluster();
      source();
      target();
      copying();
      control();
      window();
      driver();
      nodes();
      hooks();
      return List.copyOf(keys);
    }

    private void cluster() {
      flagged(
          "cluster.name",
          Kind.TEXT,
          "--cluster",
          "",
          "c1",
          "The cluster's name as in /admin/clusters. `run` as a daemon and the window need it; `cutover --confirm` repeats it.");
      flagged(
          "cluster.pulsarVersion",
          Kind.VERSION,
          "--pulsar-version",
          "",
          "2.10.0",
          "The Pulsar release that will run on etcd. `plan` checks what that release can do there; the window needs it.");
      add(
          "cluster.admin.url",
          Kind.URL,
          "",
          "http://broker-1:8080",
          "The admin interface of one broker, a proxy or a balancer. Without it, health and settings of brokers are not checked.");
      add(
          "cluster.admin.tokenFile",
          Kind.SECRET_FILE,
          "",
          "secrets/pulsar-token",
          "The token that is sent to each broker, if brokers authenticate.");
      tls("cluster.admin.tls", "the admin interface", "tls/client.key");
    }

    private void source() {
      flagged(
          "source.zookeeper",
          Kind.ZOOKEEPER,
          "--zookeeper",
          "",
          "zk1:2181,zk2:2181,zk3:2181",
          "The ZooKeeper of the local metadata store. Every command that reads the source needs it. With TLS the port is `secureClientPort`.");
      flagged(
          "source.configurationZookeeper",
          Kind.ZOOKEEPER,
          "--configuration-zookeeper",
          "",
          "czk1:2181",
          "The ZooKeeper of the configuration store, only if it is another one than the local store.");
      add(
          "source.acceptSharedConfiguration",
          Kind.FLAG,
          "false",
          "true",
          "Set it if a configuration store that other clusters use may be merged into this cluster's etcd. Policies fork from then on.");
      add(
          "source.connectTimeout",
          Kind.DURATION,
          "10s",
          "10s",
          "How long to wait for a ZooKeeper that does not answer. At the start of a command the wait is at most 5s.");
      add(
          "source.sasl.jaasFile",
          Kind.FILE,
          "",
          "jaas.conf",
          "A JAAS file for DIGEST-MD5 or Kerberos. Give either this or a user.");
      add(
          "source.sasl.jaasContext",
          Kind.TEXT,
          "Client",
          "Client",
          "The section of the JAAS file. A missing section is an error.");
      add(
          "source.sasl.user",
          Kind.TEXT,
          "",
          "migrate",
          "The user of ZooKeeper's digest scheme, with `passwordFile`.");
      add(
          "source.sasl.passwordFile",
          Kind.SECRET_FILE,
          "",
          "secrets/zookeeper",
          "That user's password.");
      tls(
          "source.tls",
          "ZooKeeper; its client takes certificate and key from one PEM file, so name that file twice",
          "tls/client.pem");
    }

    private void target() {
      flagged(
          "target.etcd",
          Kind.ETCD,
          "--etcd",
          "",
          "[\"http://e1:2379\", \"http://e2:2379\"]",
          "The endpoints by which this tool reaches etcd. Every command that reads or writes the target needs them.");
      add(
          "target.componentUrl",
          Kind.ETCD,
          "",
          "http://etcd-vip:2379",
          "What brokers and bookies are given, if it differs from `target.etcd`. `plan` checks that it is the same etcd.");
      add(
          "target.componentTlsFile",
          Kind.TEXT,
          "",
          "/pulsar/conf/etcd.yaml",
          "The path, on the components' machines, of the YAML file with their TLS settings for etcd. Without it they get an address without TLS.");
      add("target.user", Kind.TEXT, "", "migrate", "The user, if etcd authenticates.");
      add("target.passwordFile", Kind.SECRET_FILE, "", "secrets/etcd", "That user's password.");
      add(
          "target.connectTimeout",
          Kind.DURATION,
          "10s",
          "10s",
          "How long to wait for an etcd that does not answer. At the start of a command the wait is at most 5s.");
      add(
          "target.lockTtl",
          Kind.DURATION,
          "15s",
          "15s",
          "How long the lock outlives a daemon that died; 5s to 300s. A standby takes over after it.");
      tls("target.tls", "etcd", "tls/client.key");
    }

    private void copying() {
      add(
          "scope.include",
          Kind.LIST,
          "[\"/\"]",
          "[\"/\"]",
          "Subtrees that move, below the chroot. `/` is everything.");
      add(
          "scope.exclude",
          Kind.LIST,
          "[]",
          "[\"/managed-ledgers/public/default/persistent/old\"]",
          "Subtrees within those that stay behind. Brokers on etcd do not know them.");
      add(
          "copy.maxRate",
          Kind.RATE,
          "0",
          "5000",
          "Changes written to etcd. Limit it if etcd or its disk serves others.");
      add(
          "copy.maxDeleteShare",
          Kind.PERCENT,
          "10",
          "10",
          "How much of the copied tree a comparison may delete unasked. More, and at least 100 keys, stops it until `--accept MASS_DELETION`.");
      add(
          "copy.inFlight",
          Kind.COUNT,
          "24",
          "24",
          "Transactions that await etcd's answer at one time, 1 to 1024.");
      choice(
          "copy.ledgerIds",
          "long",
          "exact",
          "--ledger-ids",
          "How the next ledger id is migrated. `long`: ids continue in the 64-bit range, with two puts. `exact`: they continue without a gap, with one put for each id allocated so far.");
      choice(
          "copy.versions",
          "seeded",
          "exact",
          "--versions",
          "Which versions are migrated. `seeded`: those of counters. `exact`: those of every key, one put for each version.");
      add(
          "verify.continuous",
          Kind.FLAG,
          "true",
          "true",
          "Whether the daemon verifies all the time while it follows. The cutover needs a fresh verification.");
      add(
          "verify.maxRate",
          Kind.RATE,
          "0",
          "20000",
          "Nodes compared. Limit it if reads disturb the cluster.");
      add(
          "verify.pause",
          Kind.DURATION,
          "10s",
          "10s",
          "The time between two rounds of verification.");
    }

    private void control() {
      flagged(
          "control.listen",
          Kind.ADDRESS,
          "--listen",
          "127.0.0.1:8300",
          "127.0.0.1:8300",
          "Where the daemon serves status, metrics and its page. Port 0 takes a free one. An address that other machines reach needs `control.tokenFile` or `control.tokens`, and should have `control.tls`.");
      add(
          "control.tokenFile",
          Kind.SECRET_FILE,
          "",
          "secrets/control",
          "The token that each caller must send, also to read. Without it the daemon makes one for what changes something, and logs its file.");
      add(
          "control.statusInterval",
          Kind.DURATION,
          "1m",
          "5m",
          "How often the daemon logs one line with its state, also if all is well. A change of the phase and each problem is logged at once. 0s for never.");
      add(
          "control.tokens[].name",
          Kind.TEXT,
          "",
          "alice",
          "A caller with a token of its own. Each action is logged with this name.");
      add(
          "control.tokens[].file",
          Kind.SECRET_FILE,
          "",
          "secrets/alice",
          "The file that holds this caller's token.");
      add(
          "control.tokens[].rights",
          Kind.CHOICE,
          "read",
          "act",
          "`read`: status, metrics, events. `act`: also pause, resume, throttle, abort, confirm.");
      add(
          "control.tls.certificate",
          Kind.FILE,
          "",
          "tls/client.pem",
          "PEM file of the daemon's certificate; with it the interface is https only. It must name the host of `control.listen`, or 127.0.0.1 if that is 0.0.0.0, since the commands on this machine check it. They show it as their own certificate.");
      add(
          "control.tls.key",
          Kind.FILE,
          "",
          "tls/client.key",
          "PEM file of its private key, not encrypted.");
      add(
          "control.tls.trust",
          Kind.FILE,
          "",
          "tls/ca.pem",
          "PEM file of the authorities that the certificates of daemon and clients come from. Without it the Java runtime's are trusted.");
      add(
          "control.tls.requireClientCertificate",
          Kind.FLAG,
          "false",
          "true",
          "Whether a client must show a certificate of `control.tls.trust`. It comes on top of the tokens.");
      add(
          "control.otlp.url",
          Kind.URL,
          "",
          "http://otel-collector:4318/v1/metrics",
          "Where metrics are sent by OTLP over HTTP, in addition to /metrics. The window's commands send them, too.");
      add("control.otlp.interval", Kind.DURATION, "1m", "30s", "Between two of these messages.");
      add(
          "control.otlp.tokenFile",
          Kind.SECRET_FILE,
          "",
          "secrets/control",
          "The token that is sent with them, as `Authorization: Bearer`.");
    }

    private void window() {
      choice(
          "cutover.strategy",
          "rolling",
          "stop-all",
          "",
          "`rolling`: bookies one at a time while brokers serve, then all brokers. `stop-all`: everything at once.");
      add(
          "cutover.maxOutage",
          Kind.DURATION,
          "2m",
          "2m",
          "Maximum outage before an automatic rollback, up to the point of no return.");
      add(
          "cutover.budget",
          Kind.DURATION,
          "2m",
          "2m",
          "How long one step may take. A step that takes longer is stopped, never skipped.");
      add(
          "cutover.budgets.*",
          Kind.DURATION,
          "",
          "5m",
          "Another budget for the step of this name, such as `verify`.");
      add(
          "cutover.accept",
          Kind.LIST,
          "[]",
          "[\"BOOKIE_DATA_NOT_VERIFIABLE:b1:3181\"]",
          "What the rehearsal found and you accept by name, each as it printed it: `ID:NAME`.");
    }

    private void driver() {
      add(
          "cutover.driver.kind",
          Kind.CHOICE,
          "",
          "command",
          "How nodes are stopped, configured and started: `command`, `compose` or `kubernetes`. Without it only a rehearsal is possible.");
      of(
          "command",
          "stop",
          Kind.COMMAND,
          "",
          "ssh $METAMIGRATE_HOST systemctl stop pulsar-$METAMIGRATE_COMPONENT",
          "Ends when the node has stopped. The node and its settings are in the environment.");
      of(
          "command",
          "configure",
          Kind.COMMAND,
          "",
          "scp $METAMIGRATE_SETTINGS_FILE $METAMIGRATE_HOST:/etc/pulsar/move.conf",
          "Gives the node the settings of its next start; see migrator/bin/apply-settings.");
      of(
          "command",
          "start",
          Kind.COMMAND,
          "",
          "ssh $METAMIGRATE_HOST systemctl start pulsar-$METAMIGRATE_COMPONENT",
          "Ends when the start has been issued.");
      of(
          "command",
          "probe",
          Kind.COMMAND,
          "",
          "ssh $METAMIGRATE_HOST systemctl is-active pulsar-$METAMIGRATE_COMPONENT",
          "Ends with 0 if the process runs, else with anything else.");
      of(
          "command",
          "show",
          Kind.COMMAND,
          "",
          "ssh $METAMIGRATE_HOST cat /opt/pulsar/conf/$METAMIGRATE_COMPONENT.conf",
          "Prints the file that the server reads at its next start, and `OPTS=...` for its JVM options. It is saved before the move and compared after each configure and after a rollback.");
      of(
          "command",
          "timeout",
          Kind.DURATION,
          "2m",
          "2m",
          "After this time a command counts as failed.");
      of(
          "compose",
          "file",
          Kind.FILE,
          "",
          "docker-compose.yaml",
          "Your compose file, or a list of them, each laid over those before it. Nodes are their services.");
      of(
          "compose",
          "override",
          Kind.TEXT,
          "metamigrate.override.yaml",
          "metamigrate.override.yaml",
          "The file beside the first of them that this tool writes.");
      of(
          "compose",
          "project",
          Kind.TEXT,
          "",
          "pulsar",
          "The project's name, if it is not that of the folder.");
      of(
          "compose",
          "timeout",
          Kind.DURATION,
          "2m",
          "2m",
          "After this time a command counts as failed.");
      of("kubernetes", "namespace", Kind.TEXT, "", "pulsar", "The namespace of the StatefulSets.");
      of("kubernetes", "bookies", Kind.TEXT, "", "bookie", "The StatefulSet of the bookies.");
      of("kubernetes", "brokers", Kind.TEXT, "", "broker", "The StatefulSet of the brokers.");
      of(
          "kubernetes",
          "autoRecovery",
          Kind.TEXT,
          "",
          "recovery",
          "The StatefulSet of AutoRecovery, if there is one.");
      of(
          "kubernetes",
          "layout",
          Kind.CHOICE,
          "plain",
          "helm",
          "How pods get their settings. `plain`: PULSAR_PREFIX_ variables in the pod template. `helm`: the ConfigMaps of the Apache chart.");
      of(
          "kubernetes",
          "kubeconfig",
          Kind.FILE,
          "",
          "kube.yaml",
          "The kubeconfig. Without it, the environment decides.");
      of(
          "kubernetes",
          "context",
          Kind.TEXT,
          "",
          "production",
          "The context within it, else its current one.");
      of(
          "kubernetes",
          "timeout",
          Kind.DURATION,
          "5m",
          "5m",
          "After this time a pod that is not ready counts as failed.");
    }

    private void nodes() {
      add(
          "cutover.bookies[].id",
          Kind.TEXT,
          "",
          "b1:3181",
          "Name every bookie, by its id as in /ledgers/cookies.");
      add(
          "cutover.bookies[].node",
          Kind.TEXT,
          "",
          "bookie-1",
          "The driver's name for it: host, service or pod. By default the host in its id.");
      add(
          "cutover.bookies[].adminUrl",
          Kind.URL,
          "",
          "http://b1:8000",
          "Its HTTP server. Without it, its settings are not checked.");
      add(
          "cutover.brokers[].id",
          Kind.TEXT,
          "",
          "broker-1:8080",
          "Name every broker, by its id as in /loadbalance/brokers.");
      add(
          "cutover.brokers[].node",
          Kind.TEXT,
          "",
          "broker-1",
          "The driver's name for it. By default the host in its id.");
      add(
          "cutover.brokers[].adminUrl",
          Kind.URL,
          "",
          "http://broker-1:8080",
          "Its own admin interface. By default `http://` and the id.");
      add(
          "cutover.sideWriters.autoRecovery",
          Kind.LIST,
          "[]",
          "[\"recovery-1\"]",
          "AutoRecovery nodes, by the driver's names. They are stopped before the first bookie moves.");
      add(
          "cutover.sideWriters.functionWorkers",
          Kind.LIST,
          "[]",
          "[\"worker-1\"]",
          "Function workers that run by themselves, by the driver's names.");
      add(
          "cutover.sideWriters.confirmed",
          Kind.FLAG,
          "false",
          "true",
          "Your word that everything else that `plan` names as a writer of metadata is stopped.");
      add(
          "cutover.originals.bookies.*",
          Kind.TEXT,
          "",
          "900000",
          "Your value of a bookie's setting that the window changes for a while, such as `gcWaitTime`. One that is not named returns to the value in the node's own files.");
      add("cutover.originals.brokers.*", Kind.TEXT, "", "60", "The same for brokers.");
    }

    private void hooks() {
      add(
          "hooks.beforeStep",
          Kind.COMMAND,
          "",
          "/opt/move/before-step.sh",
          "Runs before each step. Like every hook, anything but exit code 0 stops the window.");
      add("hooks.afterStep", Kind.COMMAND, "", "/opt/move/after-step.sh", "Runs after each step.");
      add(
          "hooks.onFailure",
          Kind.COMMAND,
          "",
          "/opt/move/page-me.sh",
          "Runs when a step has failed; METAMIGRATE_FAILURE holds the reason.");
      add(
          "hooks.stopSideWriters",
          Kind.COMMAND,
          "",
          "/opt/move/stop-writers.sh",
          "Stops what else writes metadata, such as package management.");
      add(
          "hooks.startSideWriters",
          Kind.COMMAND,
          "",
          "/opt/move/start-writers.sh",
          "Starts it again.");
      add(
          "hooks.fence",
          Kind.COMMAND,
          "",
          "/opt/move/fence.sh",
          "Keeps writers away from ZooKeeper, only if its access lists cannot. Needs `unfence`.");
      add("hooks.unfence", Kind.COMMAND, "", "/opt/move/unfence.sh", "Lets them in again.");
      add("hooks.timeout", Kind.DURATION, "1m", "1m", "After this time a hook counts as failed.");
    }

    private void tls(String block, String what, String keyFile) {
      add(
          block + ".enabled",
          Kind.FLAG,
          "",
          "true",
          "TLS to "
              + what
              + ". True by default if a file below is given; without a file the Java runtime's authorities are trusted.");
      add(
          block + ".trust",
          Kind.FILE,
          "",
          "tls/ca.pem",
          "PEM file of the authorities that the server's certificate must come from.");
      add(
          block + ".certificate",
          Kind.FILE,
          "",
          "tls/client.pem",
          "PEM file of this tool's own certificate, if the server asks for one. Needs `key`.");
      add(block + ".key", Kind.FILE, "", keyFile, "PEM file of its private key, not encrypted.");
    }

    private void add(String path, Kind kind, String otherwise, String example, String when) {
      keys.add(new Key(path, kind, otherwise, when, example, Optional.empty(), Optional.empty()));
    }

    private void flagged(
        String path, Kind kind, String flag, String otherwise, String example, String when) {
      keys.add(new Key(path, kind, otherwise, when, example, Optional.of(flag), Optional.empty()));
    }

    private void choice(String path, String otherwise, String example, String flag, String when) {
      keys.add(
          new Key(
              path,
              Kind.CHOICE,
              otherwise,
              when,
              example,
              Optional.of(flag).filter(name -> !name.isEmpty()),
              Optional.empty()));
    }

    private void of(
        String driver, String name, Kind kind, String otherwise, String example, String when) {
      keys.add(
          new Key(
              "cutover.driver." + name,
              kind,
              otherwise,
              when,
              example,
              Optional.empty(),
              Optional.of(driver)));
    }
  }
}
