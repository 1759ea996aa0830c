package io.metamigrate.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The jars of one Pulsar version, which bring broker, bookies, ZooKeeper and the set-up tools.
 *
 * <p>Pulsar's server tarball is not on Maven Central, its jars are: the resource {@code
 * pulsar-VERSION/pom.xml} names them, Maven copies them once into {@code
 * ~/.cache/metamigrate/pulsar-VERSION-HASH} (about 170 MB, half a minute), where HASH is that of
 * the POM. The folder appears by one rename, so it is complete or absent. {@code METAMIGRATE_CACHE}
 * names another place than {@code ~/.cache/metamigrate}.
 */
public record PulsarClassPath(String version, Path jars) {

  /** Resolves the version's jars unless an earlier call, in any JVM, has done so. */
  public static synchronized PulsarClassPath of(String version) {
    byte[] pom = resource("pulsar-" + version + "/pom.xml");
    Path cache = cache();
    Path home = cache.resolve("pulsar-" + version + "-" + hash(pom));
    Path jars = home.resolve("jars");
    try {
      Files.createDirectories(cache);
      try (FileChannel channel =
              FileChannel.open(
                  cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (lock.isValid() && !Files.isDirectory(home)) {
          Path scratch = Files.createTempDirectory(cache, "resolving-" + version + "-");
          Files.write(scratch.resolve("pom.xml"), pom);
          Files.write(scratch.resolve("settings.xml"), resource("maven-central-only.xml"));
          maven(scratch);
          Files.move(scratch, home, StandardCopyOption.ATOMIC_MOVE);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Pulsar " + version + " could not be put into " + cache, e);
    }
    return new PulsarClassPath(version, jars);
  }

  /** For {@code java -cp}. */
  String asArgument() {
    return jars + "/*";
  }

  private static void maven(Path scratch) throws IOException {
    Path log = scratch.resolve("maven.log");
    ProcessBuilder builder =
        new ProcessBuilder(
            "mvn",
            "-B",
            "-ntp",
            "-gs",
            scratch.resolve("settings.xml").toString(),
            "-f",
            scratch.resolve("pom.xml").toString(),
            "package");
    Optional.ofNullable(System.getProperty("maven.repo.local"))
        .ifPresent(local -> builder.command().add("-Dmaven.repo.local=" + local));
    builder
        .environment()
        .keySet()
        .removeIf(List.of("MAVEN_PROJECTBASEDIR", "MAVEN_OPTS")::contains);
    builder.directory(scratch.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
    try {
      int exit = builder.start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException(
            "Maven could not resolve "
                + scratch
                + "/pom.xml (exit code "
                + exit
                + "):\n"
                + Files.readString(log, StandardCharsets.UTF_8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Maven resolved " + scratch, e);
    }
  }

  private static Path cache() {
    return Optional.ofNullable(System.getenv("METAMIGRATE_CACHE"))
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "metamigrate"));
  }

  private static byte[] resource(String name) {
    try (InputStream in = PulsarClassPath.class.getResourceAsStream("/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + name + " in the lab");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(byte[] pom) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(pom);
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
