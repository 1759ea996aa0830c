package io.metamigrate.migrator.plan;

import io.metamigrate.verifier.store.SourceSurvey.Acls;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What ZooKeeper reports besides the tree itself.
 *
 * @param clusters names below {@code /admin/clusters} but {@code global}
 * @param configurationClusters the same in the configuration store; empty if it is not another
 *     store
 * @param conflicts the first paths on which the two stores differ
 * @param outsideChroot other paths of the same ZooKeeper below which a Pulsar cluster lives; empty
 *     if the tree above the chroot cannot be read
 * @param leftOut znodes that the cluster needs and the scope leaves out, by root
 */
public record SourceFacts(
    List<String> clusters,
    Optional<List<String>> configurationClusters,
    List<String> conflicts,
    Optional<List<String>> outsideChroot,
    Acls acls,
    Map<String, Long> leftOut) {
  public static final SourceFacts NOTHING =
      new SourceFacts(
          List.of(),
          Optional.empty(),
          List.of(),
          Optional.of(List.of()),
          new Acls(0, List.of(), 0, Optional.empty()),
          Map.of());

  /** Of a scope that leaves nothing out. */
  public SourceFacts(
      List<String> clusters,
      Optional<List<String>> configurationClusters,
      List<String> conflicts,
      Optional<List<String>> outsideChroot,
      Acls acls) {
    this(clusters, configurationClusters, conflicts, outsideChroot, acls, Map.of());
  }

  public SourceFacts {
    leftOut = Collections.unmodifiableMap(new TreeMap<>(leftOut));
    clusters = List.copyOf(clusters);
    conflicts = List.copyOf(conflicts);
    configurationClusters = configurationClusters.map(List::copyOf);
    outsideChroot = outsideChroot.map(List::copyOf);
  }
}
