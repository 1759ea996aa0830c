package io.metamigrate.verifier.catalog;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of Pulsar and what it can do with etcd. Ordered as releases are: a pre-release comes
 * before its release.
 *
 * <p>The facts were read in the published sources of 2.10.0, 2.10.5, 2.11.0, 3.0.0, 3.0.7, 4.0.8,
 * 4.2.4 and 5.0.0-M1, and 2.10.0, 3.0.7 and 4.0.0 were run.
 */
public record PulsarVersion(int major, int minor, int patch, String qualifier)
    implements Comparable<PulsarVersion> {
  private static final Pattern TEXT =
      Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,6}))?(?:[-.]([0-9A-Za-z.-]{1,40}))?");
  private static final Comparator<PulsarVersion> ORDER =
      Comparator.comparingInt(PulsarVersion::major)
          .thenComparingInt(PulsarVersion::minor)
          .thenComparingInt(PulsarVersion::patch)
          .thenComparing(PulsarVersion::isRelease)
          .thenComparing(PulsarVersion::qualifier);

  public PulsarVersion {
    if (major < 0 || minor < 0 || patch < 0) {
      throw new IllegalArgumentException(
          "Pulsar version has a negative part: " + major + "." + minor + "." + patch);
    }
    requireNonNull(qualifier, "qualifier");
  }

  /** A release: no qualifier. */
  static PulsarVersion of(int major, int minor, int patch) {
    return new PulsarVersion(major, minor, patch, "");
  }

  /** Reads {@code 2.10.0}, {@code 4.0}, {@code v3.0.7}, {@code 5.0.0-M1}. */
  public static PulsarVersion parse(String text) {
    Matcher parts = TEXT.matcher(text.strip());
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "Pulsar version is not of the form MAJOR.MINOR.PATCH, for example 2.10.0: " + text);
    }
    return new PulsarVersion(
        Integer.parseInt(parts.group(1)),
        Integer.parseInt(parts.group(2)),
        parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3)),
        parts.group(4) == null ? "" : parts.group(4));
  }

  /** Whether this is a release and not a pre-release or a private build. */
  public boolean isRelease() {
    return qualifier.isEmpty();
  }

  /** Whether this line of releases is at least {@code major.minor}; pre-releases count. */
  public boolean atLeast(int wantedMajor, int wantedMinor) {
    return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
  }

  /** Brokers and bookies can use etcd: 2.10 up to the last 4.x; 5.0 removed it (PIP-462). */
  public boolean supportsEtcd() {
    return atLeast(2, 10) && major < 5;
  }

  /** Several etcd endpoints are understood; 2.10 hangs on a list. */
  public boolean acceptsEtcdEndpointList() {
    return supportsEtcd() && atLeast(2, 11);
  }

  /** Brokers can use TLS towards etcd, by a file named in {@code metadataStoreConfigPath}. */
  public boolean brokersCanUseEtcdTls() {
    return supportsEtcd() && atLeast(2, 11);
  }

  /** The configuration store has its own configuration file. */
  public boolean hasConfigurationStoreConfigPath() {
    return atLeast(4, 0);
  }

  /** Bookies and AutoRecovery can use TLS towards etcd, by {@code ?configFilePath=} in the URI. */
  public boolean bookiesCanUseEtcdTls() {
    return supportsEtcd() && atLeast(4, 2);
  }

  /** Bookies take {@code ?batchingMaxOperations=} in their metadataServiceUri; read in 4.2.4. */
  public boolean bookiesTakeBatchSize() {
    return supportsEtcd() && atLeast(4, 2);
  }

  /** AutoRecovery runs on etcd; the one of 2.10.0 exits at its start, 3.0.7 and 4.0.0 ran. */
  public boolean autoRecoveryRunsOnEtcd() {
    return supportsEtcd() && atLeast(3, 0);
  }

  /** A function worker inside the broker runs without ZooKeeper. */
  public boolean functionsInBrokerRunOnEtcd() {
    return supportsEtcd() && atLeast(2, 11);
  }

  /**
   * Listings on etcd take the directory's path for a regular expression (apache/pulsar#18172, in
   * 2.10.3 and 2.11.1); 2.10.0 and 2.11.0 cut it off as it is.
   */
  public boolean listsByPattern() {
    return supportsEtcd()
        && (atLeast(3, 0) || (minor == 10 && patch >= 3) || (minor == 11 && patch >= 1));
  }

  /**
   * The published etcd client of this release was relocated twice and cannot connect
   * (apache/pulsar#23513): since 3.0.6 and 3.1.5, repaired in 3.0.8, 3.3.3 and 4.0.1.
   */
  public boolean hasBrokenEtcdClient() {
    return switch (major * 10 + Math.min(minor, 9)) {
      case 30 -> patch == 6 || patch == 7;
      case 31 -> patch >= 5;
      case 33 -> patch <= 2;
      case 40 -> patch == 0;
      default -> false;
    };
  }

  /** Changes of metadata can be sent to other clusters through a topic (PIP-136). */
  public boolean canSyncMetadata() {
    return atLeast(2, 11);
  }

  /** The bookies are of BookKeeper 4.16 or later, which check their data's integrity. */
  public boolean bookiesCheckDataIntegrity() {
    return atLeast(3, 0);
  }

  @Override
  public int compareTo(PulsarVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch + (qualifier.isEmpty() ? "" : "-" + qualifier);
  }
}
