package io.metamigrate.migrator.cutover;

import static java.util.stream.Collectors.joining;

import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.verifier.catalog.PulsarVersion;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What each component is given to run on the other store, and what cannot be had.
 *
 * <p>The facts are Pulsar's: URL forms, lists, TLS and the components that keep needing ZooKeeper
 * differ by version; see {@link PulsarVersion}.
 *
 * @param settings the complete layer over the operator's own configuration
 * @param notes what the operator must know; one that blocks means that the component cannot run
 *     there with these settings
 */
record ComponentSettings(Settings settings, List<Note> notes) {
  /** One thing to know; {@code blocks} if the component cannot run like this. */
  record Note(boolean blocks, String text) {}

  ComponentSettings {
    notes = List.copyOf(notes);
  }

  /** Whether the component can run with these settings. */
  boolean possible() {
    return notes.stream().noneMatch(Note::blocks);
  }

  /**
   * The settings of one component.
   *
   * @param own the operator's own values of settings that the migration changes, if known; what is
   *     not in it is restored by the driver
   */
  static ComponentSettings of(
      Component component,
      PulsarVersion version,
      MetadataTarget target,
      GarbageCollection collection,
      Map<String, String> own) {
    SettingsDraft draft = new SettingsDraft(own);
    if (target instanceof MetadataTarget.EtcdTarget etcd) {
      new EtcdComponentSettings(version, etcd).add(component, draft);
    } else if (target instanceof MetadataTarget.ZooKeeperTarget zooKeeper) {
      addZooKeeper(component, zooKeeper, draft);
    }
    if (component == Component.BOOKIE) {
      suspendCollection(version, target, collection, draft);
    }
    return draft.finish();
  }

  /** The content of the file that {@code metadataStoreConfigPath} names, for TLS to etcd. */
  static String tlsConfigFile(String trust, String certificate, String key) {
    return Map.of(
            "tlsTrustCertsFilePath", trust,
            "tlsCertificateFilePath", certificate,
            "tlsKeyFilePath", key)
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(entry -> !entry.getValue().isEmpty())
        .map(entry -> entry.getKey() + ": '" + entry.getValue().replace("'", "''") + "'\n")
        .collect(joining("", "useTls: true\n", ""));
  }

  private static void addZooKeeper(
      Component component, MetadataTarget.ZooKeeperTarget target, SettingsDraft draft) {
    switch (component) {
      case BROKER, PROXY -> {
        draft.set("metadataStoreUrl", target.metadataStoreUrl());
        draft.set("configurationMetadataStoreUrl", target.configurationMetadataStoreUrl());
        draft.restore(EtcdComponentSettings.STORE_CONFIG_PATHS);
        draft.restore(EtcdComponentSettings.LEGACY_ADDRESSES);
      }
      case BOOKIE, AUTORECOVERY, TOOLS -> {
        draft.set("metadataServiceUri", target.metadataServiceUri());
        draft.restore(EtcdComponentSettings.LEGACY_BOOKIE_ADDRESSES);
        if (component != Component.TOOLS) {
          draft.restore(Set.of("autoRecoveryDaemonEnabled"));
        }
      }
      case FUNCTION_WORKER -> draft.note("it has stayed on ZooKeeper, nothing is to be changed");
    }
    if (component == Component.BROKER) {
      draft.restore(Set.of("bookkeeperMetadataServiceUri", EtcdComponentSettings.SESSION_POLICY));
    }
  }

  private static void suspendCollection(
      PulsarVersion version,
      MetadataTarget target,
      GarbageCollection collection,
      SettingsDraft draft) {
    boolean onEtcd = target instanceof MetadataTarget.EtcdTarget;
    if (collection == GarbageCollection.SUSPENDED) {
      GarbageCollection.settings(version).forEach(draft::set);
      draft.set("autoRecoveryDaemonEnabled", "false");
      draft.note(
          "collection suspended: trigger no garbage collection over the bookie's HTTP interface");
    } else {
      draft.restore(GarbageCollection.settings(version).keySet());
      if (onEtcd && !version.autoRecoveryRunsOnEtcd()) {
        draft.set("autoRecoveryDaemonEnabled", "false");
      } else {
        draft.restore(Set.of("autoRecoveryDaemonEnabled"));
      }
    }
  }
}
