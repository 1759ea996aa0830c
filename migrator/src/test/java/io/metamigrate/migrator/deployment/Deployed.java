package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.Mount.Storage;
import io.metamigrate.migrator.deployment.Workload.Scaling;
import java.util.List;
import java.util.Map;

/** Workloads of tests: a set that has no fault, and changes of it. */
final class Deployed {
  static final String SERVES =
      "sh -c bin/apply-config-from-env.py conf/bookkeeper.conf && exec bin/pulsar bookie";

  private Deployed() {}

  static Workload bookie(Container... containers) {
    return of(Role.BOOKIE, "bookie", containers);
  }

  static Workload of(Role role, String name, Container... containers) {
    return new Workload(
        "StatefulSet",
        name,
        role,
        List.of(containers),
        List.of(),
        Map.of(),
        Scaling.one(),
        List.of());
  }

  /** A bookie's container on a volume that stays. */
  static Container server() {
    return server(SERVES, Map.of(), kept("/pulsar/data"));
  }

  static Container server(String command, Map<String, String> environment, Mount... mounts) {
    return new Container("server", false, command, environment, List.of(mounts));
  }

  static Container init(String command) {
    return new Container("init", true, command, Map.of(), List.of());
  }

  static Mount kept(String path) {
    return new Mount(path, Storage.KEPT, "volume claim data");
  }

  static Mount lost(String path) {
    return new Mount(path, Storage.LOST, "emptyDir data");
  }
}
