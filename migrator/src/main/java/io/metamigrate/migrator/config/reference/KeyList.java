package io.metamigrate.migrator.config.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects keys in the order in which they are described. */
final class KeyList {
  private final List<Key> keys = new ArrayList<>();

  List<Key> toList() {
    return List.copyOf(keys);
  }

  /** A key without a flag. */
  void add(String path, Kind kind, String otherwise, String example, String when) {
    add(path, AllowedValues.any(kind), otherwise, example, when);
  }

  void add(String path, AllowedValues allowed, String otherwise, String example, String when) {
    keys.add(new Key(path, allowed, otherwise, when, example, Optional.empty(), Optional.empty()));
  }

  /** A key that a command line flag overrides. */
  void flagged(String path, Kind kind, String flag, String otherwise, String example, String when) {
    flagged(path, AllowedValues.any(kind), flag, otherwise, example, when);
  }

  void flagged(
      String path,
      AllowedValues allowed,
      String flag,
      String otherwise,
      String example,
      String when) {
    keys.add(new Key(path, allowed, otherwise, when, example, Optional.of(flag), Optional.empty()));
  }

  /** A key of one driver. */
  void of(String driver, String name, Kind kind, String otherwise, String example, String when) {
    of(driver, name, AllowedValues.any(kind), otherwise, example, when);
  }

  void of(
      String driver,
      String name,
      AllowedValues allowed,
      String otherwise,
      String example,
      String when) {
    keys.add(
        new Key(
            "cutover.driver." + name,
            allowed,
            otherwise,
            when,
            example,
            Optional.empty(),
            Optional.of(driver)));
  }

  /** The keys of a client's TLS. */
  void tls(String block, String what, String keyFile) {
    add(
        block + ".enabled",
        Kind.FLAG,
        "",
        "true",
        "Whether to use TLS to "
            + what
            + ". By default true if one of the files below is given. Without `trust`, the"
            + " authorities of the Java runtime are trusted.");
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
}
