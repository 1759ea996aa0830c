package io.metamigrate.migrator.demo;

/** There is no {@code etcd} on the path; the message names the command that installs it. */
final class EtcdNotInstalledException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  EtcdNotInstalledException() {
    super(
        "etcd is not installed: no 'etcd' on PATH; on Debian run: apt-get install -y etcd-server");
  }
}
