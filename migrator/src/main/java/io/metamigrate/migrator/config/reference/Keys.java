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
          Takes.text("name of the cluster"),
          "--cluster",
          "",
          "c1",
          "The cluster's name as in /admin/clusters. The daemon and the window need it; `--confirm`"
              + " repeats it.");
      flagged(
          "cluster.pulsarVersion",
          Kind.VERSION,
          "--pulsar-version",
          "",
          "2.10.0",
          "The Pulsar release that will run on etcd. `plan` checks what that release can do there;"
              + " the window needs it.");
      add(
          "cluster.admin.url",
          Kind.URL,
          "",
          "http://broker-1:8080",
          "The admin interface of one broker, a proxy or a balancer. Without it, health and"
              + " settings of brokers are not checked.");
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
          "The ZooKeeper of the local metadata store. Every command that reads the source needs it."
              + " With TLS the port is `secureClientPort`.");
      flagged(
          "source.configurationZookeeper",
          Kind.ZOOKEEPER,
          "--configuration-zookeeper",
          "",
          "czk1:2181",
          "The ZooKeeper of the configuration store, if it is not the local store.");
      add(
          "source.acceptSharedConfiguration",
          Kind.FLAG,
          "false",
          "true",
          "Set it to true to accept that a configuration store which other clusters use is copied"
              + " to this cluster's etcd. From the cutover on, the two copies diverge.");
      add(
          "source.connectTimeout",
          Kind.DURATION,
          "10s",
          "10s",
          "How long to wait for an answer from ZooKeeper. At the start of a command the wait is at"
              + " most 5s, regardless of this value.");
      add(
          "source.sasl.jaasFile",
          Kind.FILE,
          "",
          "jaas.conf",
          "A JAAS file with a section for DIGEST-MD5 or Kerberos. Give either this or `user` with"
              + " `passwordFile`.");
      add(
          "source.sasl.jaasContext",
          Takes.text("name of a section"),
          "Client",
          "Client",
          "The section of the JAAS file that is used. A missing section is an error.");
      add(
          "source.sasl.user",
          Takes.text("name of a user"),
          "",
          "migrate",
          "The user of ZooKeeper's digest scheme. Needs `passwordFile`.");
      add(
          "source.sasl.passwordFile",
          Kind.SECRET_FILE,
          "",
          "secrets/zookeeper",
          "That user's password.");
      tls(
          "source.tls",
          "ZooKeeper. ZooKeeper's client reads certificate and key from one PEM file, so name the"
              + " same file for both",
          "tls/client.pem");
    }

    private void target() {
      flagged(
          "target.etcd",
          Kind.ETCD,
          "--etcd",
          "",
          "[\"http://e1:2379\", \"http://e2:2379\"]",
          "The endpoints by which this tool reaches etcd. Every command that reads or writes the"
              + " target needs them.");
      add(
          "target.componentUrl",
          Kind.ETCD,
          "",
          "http://etcd-vip:2379",
          "The endpoints that brokers and bookies are given, if they differ from `target.etcd`."
              + " `plan` checks that they belong to the same etcd.");
      add(
          "target.componentTlsFile",
          Takes.text("path on the machines of brokers and bookies"),
          "",
          "/pulsar/conf/etcd.yaml",
          "The YAML file with their TLS settings for etcd. Without it brokers and bookies connect"
              + " without TLS, also to an https address.");
      add(
          "target.user",
          Takes.text("name of a user"),
          "",
          "migrate",
          "The user of this tool, if etcd has authentication enabled. Needs `passwordFile`. Brokers"
              + " and bookies cannot use it.");
      add("target.passwordFile", Kind.SECRET_FILE, "", "secrets/etcd", "That user's password.");
      add(
          "target.connectTimeout",
          Kind.DURATION,
          "10s",
          "10s",
          "How long to wait for an answer from etcd. At the start of a command the wait is at most"
              + " 5s, regardless of this value.");
      add(
          "target.lockTtl",
          new Takes(Kind.DURATION, Kind.DURATION.title() + "; 5s to 300s"),
          "15s",
          "15s",
          "How long the lock outlives a daemon that died. After it, a standby takes over.");
      tls("target.tls", "etcd", "tls/client.key");
    }

    private void copying() {
      add(
          "scope.include",
          Takes.list("paths"),
          "[\"/\"]",
          "[\"/\"]",
          "The subtrees that move, as paths below the chroot. `/` is everything.");
      add(
          "scope.exclude",
          Takes.list("paths"),
          "[]",
          "[\"/managed-ledgers/public/default/persistent/old\"]",
          "Subtrees within these that are not copied. Brokers and bookies on etcd will not have"
              + " them.");
      add(
          "copy.maxRate",
          Kind.RATE,
          "0",
          "5000",
          "The most changes that are written to etcd per second. Limit it if others use that etcd"
              + " or its disk.");
      add(
          "copy.maxDeleteShare",
          Kind.PERCENT,
          "10",
          "10",
          "The share of the copied tree that one comparison may delete without confirmation. If it"
              + " would delete more than that, and at least 100 keys, it stops until `--accept"
              + " MASS_DELETION` is given.");
      add(
          "copy.inFlight",
          new Takes(Kind.COUNT, "whole number, 1 to 1024"),
          "24",
          "24",
          "How many transactions may await etcd's answer at the same time.");
      flagged(
          "copy.ledgerIds",
          Takes.oneOf("long", "exact"),
          "--ledger-ids",
          "long",
          "exact",
          "How the next ledger id is migrated. `long`: ids continue in the 64-bit range, with two"
              + " puts. `exact`: they continue without a gap, with one put for each id allocated so"
              + " far.");
      flagged(
          "copy.versions",
          Takes.oneOf("seeded", "exact"),
          "--versions",
          "seeded",
          "exact",
          "Which versions of keys are migrated. `seeded`: those of counters only. `exact`: those of"
              + " every key, with one put for each version.");
      add(
          "verify.continuous",
          Kind.FLAG,
          "true",
          "true",
          "Whether the daemon verifies continuously while it follows. A cutover needs a recent"
              + " verification.");
      add(
          "verify.maxRate",
          Kind.RATE,
          "0",
          "20000",
          "The most nodes that are compared per second. Limit it if these reads disturb the"
              + " cluster.");
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
          "The address at which the daemon serves status, metrics and its page. Port 0 chooses a"
              + " free port. An address that other machines can reach needs `control.tokenFile` or"
              + " `control.tokens`, and should have `control.tls`.");
      add(
          "control.tokenFile",
          Kind.SECRET_FILE,
          "",
          "secrets/control",
          "The token that each caller must send, even to read. Without it the daemon creates a"
              + " token that is needed for changes only, and logs the path of its file.");
      add(
          "control.statusInterval",
          Kind.DURATION,
          "1m",
          "5m",
          "How often the daemon logs its state in one line, even if nothing changed. 0s turns that"
              + " off. Changes of the phase and problems are always logged at once.");
      add(
          "control.tokens[].name",
          Takes.text("name: up to 64 letters, digits, `.`, `_`, `-` or `@`"),
          "",
          "alice",
          "The name of a caller with a separate token. Each action is logged with it.");
      add(
          "control.tokens[].file",
          Kind.SECRET_FILE,
          "",
          "secrets/alice",
          "The file that holds this caller's token.");
      add(
          "control.tokens[].rights",
          Takes.oneOf("read", "act"),
          "read",
          "act",
          "What the caller may do. `read`: status, metrics, events. `act`: also pause, resume,"
              + " throttle, abort, confirm.");
      add(
          "control.tls.certificate",
          Kind.FILE,
          "",
          "tls/client.pem",
          "The daemon's certificate, as a PEM file. With it, the interface is https only. It must"
              + " name the host of `control.listen`, or 127.0.0.1 if that is 0.0.0.0, since the"
              + " commands on this machine check it. They present it as their own certificate.");
      add(
          "control.tls.key",
          Kind.FILE,
          "",
          "tls/client.key",
          "The private key of `certificate`, as a PEM file without a passphrase.");
      add(
          "control.tls.trust",
          Kind.FILE,
          "",
          "tls/ca.pem",
          "The authorities that issue the certificates of the daemon and of its clients, as a PEM"
              + " file. Without it, the authorities of the Java runtime are trusted.");
      add(
          "control.tls.requireClientCertificate",
          Kind.FLAG,
          "false",
          "true",
          "Whether clients must show a certificate from an authority in `control.tls.trust`, in"
              + " addition to their token.");
      add(
          "control.otlp.url",
          Kind.URL,
          "",
          "http://otel-collector:4318/v1/metrics",
          "Where metrics are sent by OTLP over HTTP, in addition to /metrics. The window's commands"
              + " send them, too.");
      add("control.otlp.interval", Kind.DURATION, "1m", "30s", "The time between two exports.");
      add(
          "control.otlp.tokenFile",
          Kind.SECRET_FILE,
          "",
          "secrets/control",
          "The token that is sent with each export, as `Authorization: Bearer`.");
    }

    private void window() {
      add(
          "cutover.strategy",
          Takes.oneOf("rolling", "stop-all"),
          "rolling",
          "stop-all",
          "The order of the move. `rolling`: bookies one at a time while brokers serve, then all"
              + " brokers. `stop-all`: brokers stop first, then all bookies move together.");
      add(
          "cutover.maxOutage",
          Kind.DURATION,
          "2m",
          "2m",
          "The longest outage before the cutover rolls back by itself. It counts from the moment"
              + " when the brokers of the file have stopped, until the point of no return.");
      add(
          "cutover.budget",
          Kind.DURATION,
          "2m",
          "2m",
          "How long one step may take. A step that takes longer ends as failed; it is never"
              + " skipped.");
      add(
          "cutover.budgets.*",
          Kind.DURATION,
          "",
          "5m",
          "A different budget for one step. The key is the id of the step, such as `verify`."
              + " `migrate help steps` lists the ids.");
      add(
          "cutover.accept",
          Takes.list("`ID:NAME`"),
          "[]",
          "[\"BOOKIE_DATA_NOT_VERIFIABLE:b1:3181\"]",
          "Findings of the rehearsal that you accept, each exactly as it was printed.");
    }

    private void driver() {
      add(
          "cutover.driver.kind",
          Takes.oneOf("command", "compose", "kubernetes"),
          "",
          "command",
          "How nodes are stopped, configured and started. `plan`, `run` and `verify` work without"
              + " it; every command of the window needs it, the rehearsal too.");
      of(
          "command",
          "stop",
          Kind.COMMAND,
          "",
          "ssh $METAMIGRATE_HOST systemctl stop pulsar-$METAMIGRATE_COMPONENT",
          "Stops the node, and exits only after its process has ended. The environment names the"
              + " node.");
      of(
          "command",
          "configure",
          Kind.COMMAND,
          "",
          "scp $METAMIGRATE_SETTINGS_FILE $METAMIGRATE_HOST:/etc/pulsar/move.conf",
          "Gives the node the settings of its next start. `migrator/bin/apply-settings` does that"
              + " for a Pulsar tarball.");
      of(
          "command",
          "start",
          Kind.COMMAND,
          "",
          "ssh $METAMIGRATE_HOST systemctl start pulsar-$METAMIGRATE_COMPONENT",
          "Starts the node, and exits once the start has been issued.");
      of(
          "command",
          "probe",
          Kind.COMMAND,
          "",
          "ssh $METAMIGRATE_HOST systemctl is-active pulsar-$METAMIGRATE_COMPONENT",
          "Exits with 0 if the process runs, with 3 if it does not, and with any other code if that"
              + " is not known. The rehearsal warns if it is missing.");
      of(
          "command",
          "show",
          Kind.COMMAND,
          "",
          "ssh $METAMIGRATE_HOST cat /opt/pulsar/conf/$METAMIGRATE_COMPONENT.conf",
          "Prints the file that the server will read at its next start, and a line `OPTS=...` with"
              + " its JVM options. It is saved before the move, and compared after each configure"
              + " and after a rollback. The rehearsal warns if it is missing.");
      of(
          "command",
          "describe",
          Kind.COMMAND,
          "",
          "ssh $METAMIGRATE_HOST systemctl show bookkeeper.service",
          "Prints the properties of the node's unit, as `systemctl show` does, and a line"
              + " `StartedBy=...` for each cron job or program that restarts it. The rehearsal"
              + " reads it; see runbooks/command-driver.md.");
      of(
          "command",
          "timeout",
          Kind.DURATION,
          "2m",
          "2m",
          "A command that takes longer is terminated and counts as failed.");
      of(
          "compose",
          "file",
          new Takes(Kind.FILE, "path of a file, or a list of them"),
          "",
          "docker-compose.yaml",
          "Your compose files, each overriding those before it. Nodes are their services.");
      of(
          "compose",
          "envFile",
          new Takes(Kind.FILE, "path of a file, or a list of them"),
          "",
          "prod.env",
          "A file that you give docker compose with --env-file, or a list of them. Without it,"
              + " variables of your compose file are empty.");
      of(
          "compose",
          "override",
          Takes.text("name of a file"),
          "metamigrate.override.yaml",
          "metamigrate.override.yaml",
          "The override file that this tool writes, in the folder of the first compose file.");
      of(
          "compose",
          "project",
          Takes.text("name of a compose project"),
          "",
          "pulsar",
          "The project, if its name is not that of the folder.");
      of(
          "compose",
          "timeout",
          Kind.DURATION,
          "2m",
          "2m",
          "A command that takes longer is terminated and counts as failed.");
      of(
          "kubernetes",
          "namespace",
          Takes.text("name of a namespace"),
          "",
          "pulsar",
          "The namespace of the StatefulSets.");
      of(
          "kubernetes",
          "bookies",
          Takes.text("name of a StatefulSet"),
          "",
          "bookie",
          "The StatefulSet of the bookies.");
      of(
          "kubernetes",
          "brokers",
          Takes.text("name of a StatefulSet"),
          "",
          "broker",
          "The StatefulSet of the brokers.");
      of(
          "kubernetes",
          "autoRecovery",
          Takes.text("name of a StatefulSet"),
          "",
          "recovery",
          "The StatefulSet of AutoRecovery, if there is one.");
      of(
          "kubernetes",
          "layout",
          Takes.oneOf("plain", "helm"),
          "plain",
          "helm",
          "How pods get their settings. `plain`: PULSAR_PREFIX_ variables in the pod template."
              + " `helm`: the ConfigMaps of the Apache chart.");
      of(
          "kubernetes",
          "kubeconfig",
          Kind.FILE,
          "",
          "kube.yaml",
          "The kubeconfig. Without it, KUBECONFIG, ~/.kube/config or the pod's service account is"
              + " used.");
      of(
          "kubernetes",
          "context",
          Takes.text("name of a context"),
          "",
          "production",
          "The context of the kubeconfig. Without it, its current one.");
      of(
          "kubernetes",
          "timeout",
          Kind.DURATION,
          "5m",
          "5m",
          "A pod that takes longer to become ready counts as failed.");
    }

    private void nodes() {
      add(
          "cutover.bookies[].id",
          Takes.text("id of a bookie"),
          "",
          "b1:3181",
          "The id of a bookie, as in /ledgers/cookies. List every bookie.");
      add(
          "cutover.bookies[].node",
          Takes.text("name of a host, service or pod"),
          "",
          "bookie-1",
          "The name by which the driver knows this bookie. By default, the host in its id.");
      add(
          "cutover.bookies[].adminUrl",
          Kind.URL,
          "",
          "http://b1:8000",
          "The HTTP server of this bookie. Without it, its settings are not checked.");
      add(
          "cutover.brokers[].id",
          Takes.text("id of a broker"),
          "",
          "broker-1:8080",
          "The id of a broker, as in /loadbalance/brokers. List every broker.");
      add(
          "cutover.brokers[].node",
          Takes.text("name of a host, service or pod"),
          "",
          "broker-1",
          "The name by which the driver knows this broker. By default, the host in its id.");
      add(
          "cutover.brokers[].adminUrl",
          Kind.URL,
          "",
          "http://broker-1:8080",
          "The admin interface of this broker. By default, `http://` and its id.");
      add(
          "cutover.metadataWriters.autoRecovery",
          Takes.list("node names"),
          "[]",
          "[\"recovery-1\"]",
          "The AutoRecovery nodes, by the names that the driver knows. They are stopped before the"
              + " first bookie moves.");
      add(
          "cutover.metadataWriters.functionWorkers",
          Takes.list("node names"),
          "[]",
          "[\"worker-1\"]",
          "The standalone function workers, by the names that the driver knows.");
      add(
          "cutover.metadataWriters.confirmed",
          Kind.FLAG,
          "false",
          "true",
          "Confirms that every other writer of metadata that `plan` names is stopped.");
      add(
          "cutover.originals.bookies.*",
          Takes.text("value of the setting"),
          "",
          "900000",
          "Your value of a bookie's setting that the window changes temporarily, such as"
              + " `gcWaitTime`. A setting that is not named here returns to the value in the node's"
              + " own files.");
      add(
          "cutover.originals.brokers.*",
          Takes.text("value of the setting"),
          "",
          "60",
          "The same for brokers.");
    }

    private void hooks() {
      add(
          "hooks.beforeStep",
          Kind.COMMAND,
          "",
          "/opt/move/before-step.sh",
          "Runs before each step. If its exit code is not 0, the window stops; this applies to"
              + " every hook.");
      add("hooks.afterStep", Kind.COMMAND, "", "/opt/move/after-step.sh", "Runs after each step.");
      add(
          "hooks.onFailure",
          Kind.COMMAND,
          "",
          "/opt/move/page-me.sh",
          "Runs when a step has failed; METAMIGRATE_FAILURE holds the reason.");
      add(
          "hooks.stopMetadataWriters",
          Kind.COMMAND,
          "",
          "/opt/move/stop-writers.sh",
          "Stops other writers of metadata that no driver knows, such as package management.");
      add(
          "hooks.startMetadataWriters",
          Kind.COMMAND,
          "",
          "/opt/move/start-writers.sh",
          "Starts them again.");
      add(
          "hooks.fence",
          Kind.COMMAND,
          "",
          "/opt/move/fence.sh",
          "Keeps writers away from a ZooKeeper whose access lists cannot do so. Needs `unfence`.");
      add("hooks.unfence", Kind.COMMAND, "", "/opt/move/unfence.sh", "Lifts that fence.");
      add(
          "hooks.timeout",
          Kind.DURATION,
          "1m",
          "1m",
          "A hook that takes longer is terminated and counts as failed.");
    }

    private void tls(String block, String what, String keyFile) {
      add(
          block + ".enabled",
          Kind.FLAG,
          "",
          "true",
          "TLS to "
              + what
              + ". True by default if a file below is given. Without `trust`, the authorities of"
              + " the Java runtime are trusted.");
      add(
          block + ".trust",
          Kind.FILE,
          "",
          "tls/ca.pem",
          "The authorities that may issue the server's certificate, as a PEM file.");
      add(
          block + ".certificate",
          Kind.FILE,
          "",
          "tls/client.pem",
          "This tool's own certificate, if the server asks for one, as a PEM file. Needs `key`.");
      add(
          block + ".key",
          Kind.FILE,
          "",
          keyFile,
          "The private key of `certificate`, as a PEM file without a passphrase.");
    }

    private void add(String path, Kind kind, String otherwise, String example, String when) {
      add(path, Takes.any(kind), otherwise, example, when);
    }

    private void add(String path, Takes takes, String otherwise, String example, String when) {
      keys.add(new Key(path, takes, otherwise, when, example, Optional.empty(), Optional.empty()));
    }

    private void flagged(
        String path, Kind kind, String flag, String otherwise, String example, String when) {
      flagged(path, Takes.any(kind), flag, otherwise, example, when);
    }

    private void flagged(
        String path, Takes takes, String flag, String otherwise, String example, String when) {
      keys.add(new Key(path, takes, otherwise, when, example, Optional.of(flag), Optional.empty()));
    }

    private void of(
        String driver, String name, Kind kind, String otherwise, String example, String when) {
      of(driver, name, Takes.any(kind), otherwise, example, when);
    }

    private void of(
        String driver, String name, Takes takes, String otherwise, String example, String when) {
      keys.add(
          new Key(
              "cutover.driver." + name,
              takes,
              otherwise,
              when,
              example,
              Optional.empty(),
              Optional.of(driver)));
    }
  }
}
