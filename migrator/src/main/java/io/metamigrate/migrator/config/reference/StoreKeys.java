package io.metamigrate.migrator.config.reference;

/**
 * The keys of the cluster and of both stores: {@code cluster}, {@code source} and {@code target}.
 */
final class StoreKeys {
  private StoreKeys() {}

  static void addTo(KeyList keys) {
    cluster(keys);
    source(keys);
    target(keys);
  }

  private static void cluster(KeyList keys) {
    keys.flagged(
        "cluster.name",
        AllowedValues.text("name of the cluster"),
        "--cluster",
        "",
        "c1",
        "The cluster's name as in /admin/clusters. The daemon and the window need it; `--confirm`"
            + " must repeat it.");
    keys.flagged(
        "cluster.pulsarVersion",
        Kind.VERSION,
        "--pulsar-version",
        "",
        "2.10.0",
        "The Pulsar release that will run on etcd. `plan` checks what that release can do there;"
            + " the window needs it.");
    keys.add(
        "cluster.admin.url",
        Kind.URL,
        "",
        "http://broker-1:8080",
        "The admin interface of one broker, a proxy or a balancer. Each broker in `cutover.brokers`"
            + " is asked too. So is each registered one, unless a token would be sent to it without"
            + " TLS.");
    keys.add(
        "cluster.admin.tokenFile",
        Kind.SECRET_FILE,
        "",
        "secrets/pulsar-token",
        "The token that is sent to each broker, if brokers authenticate.");
    keys.tls("cluster.admin.tls", "the admin interface", "tls/client.key");
  }

  private static void source(KeyList keys) {
    keys.flagged(
        "source.zookeeper",
        Kind.ZOOKEEPER,
        "--zookeeper",
        "",
        "zk1:2181,zk2:2181,zk3:2181",
        "The ZooKeeper of the local metadata store. Every command that reads the source needs it."
            + " With TLS the port is `secureClientPort`.");
    keys.flagged(
        "source.configurationZookeeper",
        Kind.ZOOKEEPER,
        "--configuration-zookeeper",
        "",
        "czk1:2181",
        "The ZooKeeper of the configuration store, if it is not the local store.");
    keys.add(
        "source.acceptSharedConfiguration",
        Kind.FLAG,
        "false",
        "true",
        "Set it to true to accept that a configuration store which other clusters use is copied"
            + " to this cluster's etcd. From the cutover on, the two copies diverge.");
    keys.add(
        "source.connectTimeout",
        Kind.DURATION,
        "10s",
        "10s",
        "How long to wait for an answer from ZooKeeper. At the start of a command the wait is at"
            + " most 5s, regardless of this value.");
    keys.add(
        "source.sasl.jaasFile",
        Kind.FILE,
        "",
        "jaas.conf",
        "A JAAS file with a section for DIGEST-MD5 or Kerberos. Give either this or `user` with"
            + " `passwordFile`.");
    keys.add(
        "source.sasl.jaasContext",
        AllowedValues.text("name of a section"),
        "Client",
        "Client",
        "The section of the JAAS file that is used. A missing section is an error.");
    keys.add(
        "source.sasl.user",
        AllowedValues.text("name of a user"),
        "",
        "migrate",
        "The user of ZooKeeper's digest scheme. Needs `passwordFile`.");
    keys.add(
        "source.sasl.passwordFile",
        Kind.SECRET_FILE,
        "",
        "secrets/zookeeper",
        "The password of `source.sasl.user`.");
    keys.tls(
        "source.tls",
        "ZooKeeper. ZooKeeper's client reads certificate and key from one PEM file, so name the"
            + " same file for both",
        "tls/client.pem");
  }

  private static void target(KeyList keys) {
    keys.flagged(
        "target.etcd",
        Kind.ETCD,
        "--etcd",
        "",
        "[\"http://e1:2379\", \"http://e2:2379\"]",
        "The endpoints by which this tool reaches etcd. Every command that reads or writes the"
            + " target needs them.");
    keys.add(
        "target.componentUrl",
        Kind.ETCD,
        "",
        "http://etcd-vip:2379",
        "The endpoints that brokers and bookies get, if they differ from `target.etcd`."
            + " `plan` checks that they belong to the same etcd.");
    keys.add(
        "target.componentTlsFile",
        AllowedValues.text("path on the machines of brokers and bookies"),
        "",
        "/pulsar/conf/etcd.yaml",
        "The YAML file with their TLS settings for etcd. Without it brokers and bookies connect"
            + " without TLS, also to an https address.");
    keys.add(
        "target.user",
        AllowedValues.text("name of a user"),
        "",
        "migrate",
        "The user of this tool, if etcd has authentication enabled. Needs `passwordFile`. Brokers"
            + " and bookies cannot use it.");
    keys.add(
        "target.passwordFile",
        Kind.SECRET_FILE,
        "",
        "secrets/etcd",
        "The password of `target.user`.");
    keys.add(
        "target.connectTimeout",
        Kind.DURATION,
        "10s",
        "10s",
        "How long to wait for an answer from etcd. At the start of a command the wait is at most"
            + " 5s, regardless of this value.");
    keys.add(
        "target.lockTtl",
        new AllowedValues(Kind.DURATION, Kind.DURATION.title() + "; 5s to 300s"),
        "15s",
        "15s",
        "How long the lock outlives a daemon that died. After it, a standby takes over.");
    keys.tls("target.tls", "etcd", "tls/client.key");
  }
}
