package io.metamigrate.migrator.plan.rule;

import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** All rules, in the order in which their findings are shown within a level. */
public final class Rules {
  public static final List<Rule> ALL =
      List.of(
          new NoPulsarMetadata(),
          new CoreRootsLeftOut(),
          new TargetServing(),
          new TargetNotEmpty(),
          new KeysOutOfScope(),
          new SourceServing(),
          new PulsarVersionNotGiven(),
          new PulsarVersionDiffers(),
          new PulsarVersionWithoutEtcd(),
          new BrokenEtcdClientRelease(),
          new SingleEndpointOnly(),
          new EndpointSchemeMissing(),
          new EndpointSilent(),
          new ComponentUrlOtherEtcd(),
          new EtcdTlsUnsupported(),
          new EtcdPasswordUnsupported(),
          new EtcdVersionTooOld(),
          new EtcdQuotaTooSmall(),
          new EtcdAlarm(),
          new EtcdCompactionOff(),
          new EtcdSlowDisk(),
          new ValueTooLarge(),
          new ListingTooLarge(),
          new LedgerListingHeadroom(),
          new NameUnsafeInListing(),
          new BatchLargerThanTransaction(),
          new LedgerLayoutNotHybrid(),
          new NestedLedgersRoot(),
          new LedgersElsewhere(),
          new LedgerIdsExhausted(),
          new LedgerIdHeadroom(),
          new UnderreplicatedLedgers(),
          new BookieCookieMissing(),
          new BookieDown(),
          new SpareBookiesTooFew(),
          new GcParkingDiskHeadroom(),
          new BookieDriverNotMetadataStore(),
          new AutoRecoveryNeedsZooKeeper(),
          new AutoRecoveryRunning(),
          new FunctionsNeedZooKeeper(),
          new PackagesOnDlog(),
          new TableServiceNeedsZooKeeper(),
          new ServiceUnitStateInStore(),
          new MetadataSyncActive(),
          new ExactVersionsCost(),
          new UpstreamMigrationActive(),
          new ConfigurationStoreSeparate(),
          new ConfigurationStoreShared(),
          new ConfigurationStoreConflict(),
          new ChrootShared(),
          new ZooKeeperAclSkipped(),
          new AclLost(),
          new SourceUnreadable(),
          new RegistrationWithoutSession(),
          new UnknownPaths(),
          new ProxyAndToolsConfig(),
          new ComponentsNotAsked());

  private Rules() {}
}
