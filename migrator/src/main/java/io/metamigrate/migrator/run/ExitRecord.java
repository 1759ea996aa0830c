package io.metamigrate.migrator.run;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.phase.JsonFormat;
import io.metamigrate.migrator.phase.StoreCheck.KnownTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why the daemon of this machine and port ended, in a file beside its token. etcd cannot keep it if
 * etcd itself is the reason: one that was emptied or restored from a backup is not written to.
 *
 * @param etcd the endpoints that the daemon was given
 * @param holder the process, as its locks name it
 * @param leader the record of the last leader that this process read on etcd. The clocks of two
 *     machines may differ, so only a change of it shows that another process led later
 * @param refused how etcd was known, if it ended because this one is another or an older one; the
 *     next process must not take that for a new beginning
 */
record ExitRecord(
    String cluster,
    String etcd,
    String holder,
    Instant at,
    String cause,
    Optional<String> leader,
    Optional<KnownTarget> refused) {
  private static final Logger LOG = LoggerFactory.getLogger(ExitRecord.class);
  private static final JsonMapper JSON =
      JsonFormat.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  static ExitRecord of(
      Configuration configuration, Instant at, String cause, StoreIdentity identity) {
    return new ExitRecord(
        cluster(configuration),
        etcd(configuration),
        ProcessIdentity.process(),
        at,
        cause,
        identity.lastLeader(),
        identity.refusedTarget());
  }

  /** Whether nobody has led since, as far as the record on etcd shows. */
  boolean isNewerThan(Optional<LeadershipRecord> last) {
    return last.filter(leader -> leader.holder().startsWith(holder + " ")).isPresent()
        || last.map(LeadershipRecord::text).equals(leader);
  }

  private static String etcd(Configuration configuration) {
    return configuration.target().etcd().map(Object::toString).orElse("");
  }

  private static String cluster(Configuration configuration) {
    return configuration.cluster().name().orElse("unnamed");
  }

  /** In another order, or with a member more, it is the same list. */
  static boolean shareAnEndpoint(String one, String other) {
    return one.equals(other)
        || !Collections.disjoint(List.of(one.split(",", -1)), List.of(other.split(",", -1)));
  }

  private static Path file(int port) {
    return Path.of(System.getProperty("user.home"), ".metamigrate", "daemon-" + port + ".end");
  }

  /** Writes it if the disk allows; if it does not, nothing else fails. */
  void keep(int port) {
    try {
      Files.createDirectories(file(port).getParent());
      Files.write(file(port), JSON.writeValueAsBytes(this));
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("cause", e.toString()).log("why it ended could not be stored");
    }
  }

  /** Another process has taken over the stores, so the old record no longer applies. */
  static void forget(int port) {
    try {
      Files.deleteIfExists(file(port));
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("cause", e.toString()).log("an old note could not be deleted");
    }
  }

  /** What the last daemon of this configuration left on this machine. */
  static Optional<ExitRecord> read(Configuration configuration) {
    Path file = file(configuration.control().listen().port());
    try {
      return Files.exists(file)
          ? Optional.of(JSON.readValue(Files.readAllBytes(file), ExitRecord.class))
              .filter(
                  record ->
                      record.cluster.equals(cluster(configuration))
                          && shareAnEndpoint(record.etcd, etcd(configuration)))
          : Optional.empty();
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("file", file).log("this is not a record of a daemon; it is ignored");
      return Optional.empty();
    }
  }
}
