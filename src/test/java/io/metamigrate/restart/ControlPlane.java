package io.metamigrate.restart;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.metamigrate.lab.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real API server with StatefulSet controller, scheduler and disruption controller, and an etcd
 * of its own, on loopback. There is no kubelet; see {@link KubeletStandIn}.
 */
final class ControlPlane implements AutoCloseable {
  private final List<Process> controllers = new CopyOnWriteArrayList<>();
  private final Path scripts;
  private final Path home;
  private final Thread atExit = new Thread(this::down, "kubernetes-down");

  private ControlPlane(Path scripts, Path home) {
    this.scripts = scripts;
    this.home = home;
  }

  /** Where the control plane's scripts are; fails with what to do if this machine has none. */
  static Path scripts() {
    String output =
        Optional.ofNullable(System.getProperty("metamigrate.kube"))
            .or(() -> Optional.ofNullable(System.getenv("METAMIGRATE_KUBE")))
            .orElse("");
    Stream<Path> places =
        output.isEmpty()
            ? Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent)
                .map(path -> path.resolve("shared/kube"))
            : Stream.of(Path.of(output));
    return places
        .filter(place -> Files.exists(place.resolve("up.sh")))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no Kubernetes control plane on this machine: put the folder with up.sh,"
                        + " down.sh and the binaries at shared/kube beside the project, or run:"
                        + " export METAMIGRATE_KUBE=/path/to/that/folder"));
  }

  static ControlPlane start(Path scripts, Path home) throws IOException, InterruptedException {
    ControlPlane plane = new ControlPlane(scripts, home);
    Runtime.getRuntime().addShutdownHook(plane.atExit);
    Path log = home.resolve("up.log");
    ProcessBuilder up =
        new ProcessBuilder(scripts.resolve("up.sh").toString(), home.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    up.environment().put("KUBE_PORT", Integer.toString(FreePorts.next()));
    up.environment().put("KUBE_ETCD_PORT", Integer.toString(FreePorts.next()));
    up.environment().put("KUBE_BIN", binaries().toString());
    if (up.start().waitFor() != 0) {
      throw new IllegalStateException("no control plane: " + Files.readString(log));
    }
    return plane;
  }

  Path kubeconfig() {
    return home.resolve("kubeconfig");
  }

  KubernetesClient client() {
    return client("");
  }

  /** A client that the API server takes for this user; empty for the administrator. */
  KubernetesClient client(String user) {
    Config config = Config.fromKubeconfig(kubeconfig().toFile());
    if (!user.isEmpty()) {
      config = new ConfigBuilder(config).withImpersonateUsername(user).build();
    }
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  @Override
  public void close() {
    down();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }

  private void down() {
    controllers.forEach(Process::destroyForcibly);
    try {
      new ProcessBuilder(scripts.resolve("down.sh").toString(), home.toString())
          .start()
          .waitFor(20, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new IllegalStateException("control plane in " + home + " was not stopped", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One more controller, which {@code up.sh} does not start; it ends with the others. */
  void startController(String name) throws IOException {
    controllers.add(
        new ProcessBuilder(
                binaries().resolve("kube-controller-manager").toString(),
                "--kubeconfig=" + kubeconfig(),
                "--controllers=" + name,
                "--leader-elect=false",
                "--bind-address=127.0.0.1",
                "--secure-port=0",
                "--port=0",
                "--use-service-account-credentials=false")
            .redirectErrorStream(true)
            .redirectOutput(home.resolve(name + ".log").toFile())
            .start());
  }

  /** Unpacked once for all runs: they are large. */
  private static Path binaries() throws IOException {
    Path cache =
        Optional.ofNullable(System.getenv("METAMIGRATE_CACHE"))
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "metamigrate"));
    return Files.createDirectories(cache.resolve("kubernetes"));
  }
}
