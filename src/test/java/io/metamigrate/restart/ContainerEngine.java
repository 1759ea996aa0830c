package io.metamigrate.restart;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The container engine of this machine, and an image made on the spot: an empty root into which a
 * compose file mounts this machine's own programs, read-only. Nothing is pulled.
 */
final class ContainerEngine {
  static final String IMAGE = "metamigrate-test-empty-root:1";

  private static final String ENABLE =
      """
      ; install and start it:
        apt-get install -y docker.io iptables
        curl -O http://deb.debian.org/debian/pool/main/d/docker-compose/docker-compose_2.26.1-4_amd64.deb
        dpkg-deb -x docker-compose_2.26.1-4_amd64.deb compose
        mkdir -p ~/.docker/cli-plugins
        cp compose/usr/libexec/docker/cli-plugins/docker-compose ~/.docker/cli-plugins/
        dockerd &\
      """;

  private ContainerEngine() {}

  /** Fails with the commands that install it if there is none here. */
  static void require() {
    for (List<String> needed :
        List.of(List.of("docker", "info"), List.of("docker", "compose", "version", "--short"))) {
      try {
        EngineResult result = run(needed);
        if (result.exit() != 0) {
          throw new IllegalStateException(
              String.join(" ", needed) + " failed: " + result.text() + ENABLE);
        }
      } catch (IOException e) {
        throw new IllegalStateException("there is no docker here" + ENABLE, e);
      }
    }
  }

  /** Makes the image; its root has nothing but the folders to mount to. */
  static void makeImage(Path folder) throws IOException {
    makeImage(folder, IMAGE);
  }

  /**
   * The same under another name.
   *
   * @param changes instructions of a Dockerfile, such as {@code VOLUME /data}
   */
  static void makeImage(Path folder, String name, String... changes) throws IOException {
    Path root = folder.resolve("root");
    for (String mount : List.of("bin", "lib", "lib64", "usr", "etc", "tmp", "root", "work")) {
      Files.createDirectories(root.resolve(mount));
    }
    Path tar = folder.resolve("root.tar");
    ok(List.of("tar", "-C", root.toString(), "-cf", tar.toString(), "."));
    List<String> words = new ArrayList<>(List.of("docker", "import"));
    Stream.of(changes).forEach(change -> words.addAll(List.of("-c", change)));
    words.addAll(List.of(tar.toString(), name));
    ok(words);
  }

  /**
   * What a service of the compose file needs to run this machine's programs.
   *
   * @param work where it works, writable
   * @param more what else it reads
   */
  static String service(Path work, String command, Path... more) {
    String mounts =
        Stream.of(more)
            .map(path -> "      - %s:%s:ro\n".formatted(path, path))
            .collect(Collectors.joining());
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
    %s\
    """
        .formatted(IMAGE, work, command, work, work, mounts);
  }

  /** Runs a program of docker's that must succeed. */
  static String ok(List<String> words) throws IOException {
    EngineResult result = run(words);
    if (result.exit() != 0) {
      throw new IOException(String.join(" ", words) + " failed: " + result.text());
    }
    return result.text();
  }

  private record EngineResult(int exit, String text) {}

  private static EngineResult run(List<String> words) throws IOException {
    Process process = new ProcessBuilder(new ArrayList<>(words)).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new EngineResult(-1, text);
      }
      return new EngineResult(process.exitValue(), text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + words.get(0) + " ran", e);
    }
  }
}
