package io.metamigrate.restart;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The container engine of this machine, and an image made on the spot: an empty root into which a
 * compose file mounts this machine's own programs, read-only. Nothing is pulled.
 */
final class ContainerEngine {
  static final String IMAGE = "metamigrate-test-empty-root:1";

  private static final String ENABLE =
      "; to enable this test run: apt-get install -y docker.io iptables docker-compose-v2"
          + " (Debian 12: docker-compose of Debian 13), then dockerd &";

  private ContainerEngine() {}

  /** Why there is none here, empty where there is one. */
  static Optional<String> missing() {
    for (List<String> needed :
        List.of(List.of("docker", "info"), List.of("docker", "compose", "version", "--short"))) {
      try {
        Said said = run(needed);
        if (said.exit() != 0) {
          return Optional.of(String.join(" ", needed) + " failed: " + said.text() + ENABLE);
        }
      } catch (IOException e) {
        return Optional.of("there is no docker here" + ENABLE);
      }
    }
    return Optional.empty();
  }

  /** Makes the image; its root has nothing but the folders to mount to. */
  static void makeImage(Path folder) throws IOException {
    Path root = folder.resolve("root");
    for (String name : List.of("bin", "lib", "lib64", "usr", "etc", "tmp", "root", "work")) {
      Files.createDirectories(root.resolve(name));
    }
    Path tar = folder.resolve("root.tar");
    ok(List.of("tar", "-C", root.toString(), "-cf", tar.toString(), "."));
    ok(List.of("docker", "import", tar.toString(), IMAGE));
  }

  /** What a service of the compose file needs to run this machine's programs. */
  static String service(Path work, String command) {
    return """
        image: %s
        network_mode: host
        pid: host
        working_dir: %s
        entrypoint: ["/bin/sh", "-c", "exec %s"]
        volumes:
          - /bin:/bin:ro
          - /lib:/lib:ro
          - /lib64:/lib64:ro
          - /usr:/usr:ro
          - /etc:/etc:ro
          - %s:%s
    """
        .formatted(IMAGE, work, command, work, work);
  }

  /** Runs a program of docker's that must succeed. */
  static String ok(List<String> words) throws IOException {
    Said said = run(words);
    if (said.exit() != 0) {
      throw new IOException(String.join(" ", words) + " failed: " + said.text());
    }
    return said.text();
  }

  private record Said(int exit, String text) {}

  private static Said run(List<String> words) throws IOException {
    Process process = new ProcessBuilder(new ArrayList<>(words)).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Said(-1, text);
      }
      return new Said(process.exitValue(), text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + words.get(0) + " ran", e);
    }
  }
}
