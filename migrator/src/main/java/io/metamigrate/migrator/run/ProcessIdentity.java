package io.metamigrate.migrator.run;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;

/** A name for the holder of the lock that an operator can find: host, process and a unique part. */
public final class ProcessIdentity {
  private ProcessIdentity() {}

  public static String name() {
    return process() + " " + UUID.randomUUID().toString().substring(0, 8);
  }

  /** What each name of this process begins with. */
  static String process() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "unknown-host";
    }
    return "%s pid %d".formatted(host, ProcessHandle.current().pid());
  }
}
