package io.metamigrate.migrator.config.reference;

/**
 * The keys of the copy and of the daemon: {@code scope}, {@code copy}, {@code verify} and {@code
 * control}.
 */
final class DaemonKeys {
  private DaemonKeys() {}

  static void addTo(KeyList keys) {
    copying(keys);
    control(keys);
  }

  private static void copying(KeyList keys) {
    keys.add(
        "scope.include",
        AllowedValues.list("paths"),
        "[\"/\"]",
        "[\"/\"]",
        "The subtrees that move, as paths below the chroot. `/` is everything.");
    keys.add(
        "scope.exclude",
        AllowedValues.list("paths"),
        "[]",
        "[\"/managed-ledgers/public/default/persistent/old\"]",
        "Subtrees of `scope.include` that are not copied. Brokers and bookies on etcd will not have"
            + " them.");
    keys.add(
        "copy.maxRate",
        Kind.RATE,
        "0",
        "5000",
        "The most changes that are written to etcd per second. Limit it if other applications use"
            + " that etcd or its disk.");
    keys.add(
        "copy.maxDeleteShare",
        Kind.PERCENT,
        "10",
        "10",
        "The share of the copied tree that one comparison may delete without confirmation. If it"
            + " would delete more than that, and more than 100 keys, it stops until `--accept"
            + " MASS_DELETION` is given.");
    keys.add(
        "copy.inFlight",
        new AllowedValues(Kind.COUNT, "whole number, 1 to 1024"),
        "24",
        "24",
        "How many transactions may await etcd's answer at the same time.");
    keys.flagged(
        "copy.ledgerIds",
        AllowedValues.oneOf("long", "exact"),
        "--ledger-ids",
        "long",
        "exact",
        "How the next ledger id is migrated. `long`: ids continue in the 64-bit range, with two"
            + " puts. `exact`: they continue without a gap, with one put for each id allocated so"
            + " far.");
    keys.flagged(
        "copy.versions",
        AllowedValues.oneOf("seeded", "exact"),
        "--versions",
        "seeded",
        "exact",
        "Which versions of keys are migrated. `seeded`: those of counters only. `exact`: those of"
            + " every key, with one put for each version.");
    keys.add(
        "verify.continuous",
        Kind.FLAG,
        "true",
        "true",
        "Whether the daemon verifies continuously while it follows. If not, only a cutover"
            + " verifies.");
    keys.add(
        "verify.maxRate",
        Kind.RATE,
        "0",
        "20000",
        "The most nodes that are compared per second. Limit it if these reads disturb the"
            + " cluster.");
    keys.add(
        "verify.pause",
        Kind.DURATION,
        "10s",
        "10s",
        "The time between two rounds of verification.");
  }

  private static void control(KeyList keys) {
    keys.flagged(
        "control.listen",
        Kind.ADDRESS,
        "--listen",
        "127.0.0.1:8300",
        "127.0.0.1:8300",
        "The address at which the daemon serves status, metrics and its page. Port 0 chooses a"
            + " free port. An address that other machines can reach needs `control.tokenFile` or"
            + " `control.tokens`, and should have `control.tls`.");
    keys.add(
        "control.tokenFile",
        Kind.SECRET_FILE,
        "",
        "secrets/control",
        "The token that each caller must send, even to read. Without it the daemon creates a"
            + " token that is needed for changes only, and logs the path of its file.");
    keys.add(
        "control.statusInterval",
        Kind.DURATION,
        "1m",
        "5m",
        "How often the daemon logs its state in one line, even if nothing changed. 0s turns that"
            + " off. Changes of the phase and problems are always logged at once.");
    keys.add(
        "control.tokens[].name",
        AllowedValues.text("name: up to 64 letters, digits, `.`, `_`, `-` or `@`"),
        "",
        "alice",
        "The name of a caller with a separate token. Each action is logged with it.");
    keys.add(
        "control.tokens[].file",
        Kind.SECRET_FILE,
        "",
        "secrets/alice",
        "The file that holds this caller's token.");
    keys.add(
        "control.tokens[].rights",
        AllowedValues.oneOf("read", "act"),
        "read",
        "act",
        "What the caller may do. `read`: status, metrics, events. `act`: also pause, resume,"
            + " throttle, abort, barrier, handover.");
    keys.add(
        "control.tls.certificate",
        Kind.FILE,
        "",
        "tls/client.pem",
        "The daemon's certificate, as a PEM file. With it, the interface is https only. It must"
            + " name the host of `control.listen`, or 127.0.0.1 if that is 0.0.0.0, since the"
            + " commands on this machine check it. They also present it as their client"
            + " certificate.");
    keys.add(
        "control.tls.key",
        Kind.FILE,
        "",
        "tls/client.key",
        "The private key of `certificate`, as a PEM file without a passphrase.");
    keys.add(
        "control.tls.trust",
        Kind.FILE,
        "",
        "tls/ca.pem",
        "The authorities that issue the certificates of the daemon and of its clients, as a PEM"
            + " file. Without it, the authorities of the Java runtime are trusted.");
    keys.add(
        "control.tls.requireClientCertificate",
        Kind.FLAG,
        "false",
        "true",
        "Whether clients must show a certificate from an authority in `control.tls.trust`, in"
            + " addition to their token.");
    keys.add(
        "control.otlp.url",
        Kind.URL,
        "",
        "http://otel-collector:4318/v1/metrics",
        "Where metrics are sent by OTLP over HTTP, in addition to /metrics. The window's commands"
            + " send them, too.");
    keys.add("control.otlp.interval", Kind.DURATION, "1m", "30s", "The time between two exports.");
    keys.add(
        "control.otlp.tokenFile",
        Kind.SECRET_FILE,
        "",
        "secrets/control",
        "The token that is sent with each export, as `Authorization: Bearer`.");
  }
}
