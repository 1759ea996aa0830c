package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.info;
import static io.metamigrate.migrator.plan.Finding.notKnown;

import io.metamigrate.migrator.plan.ClusterFacts;
import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Policies and tenants may live in another ZooKeeper than the rest. */
final class ConfigurationStoreSeparate implements Rule {
  private static final String CONFIGURATION = "configurationMetadataStoreUrl";

  @Override
  public String id() {
    return "CONFIGURATION_STORE_SEPARATE";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    if (facts.configuration().source().configurationZookeeper().isPresent()) {
      return List.of(
          info(
              id(),
              "source.configurationZookeeper",
              "the configuration store %s is read and followed together with the local one; both are copied to one etcd"
                  .formatted(facts.configuration().source().configurationZookeeper().get()),
              "give both metadataStoreUrl and configurationMetadataStoreUrl the same etcd"));
    }
    List<String> differing = differing(facts.components());
    if (!differing.isEmpty()) {
      return List.of(
          blocker(
              id(),
              CONFIGURATION,
              "brokers use a separate configuration store: " + String.join("; ", differing),
              "name it in source.configurationZookeeper: without its policies no namespace exists"
                  + " on etcd"));
    }
    if (facts.components().brokersAnswered()) {
      return List.of();
    }
    return facts.inventory().holdsPolicies() || !facts.inventory().holdsTopics()
        ? List.of(
            notKnown(
                id(),
                CONFIGURATION,
                "whether brokers use a separate configuration store; no broker reported it",
                "set cluster.admin.url, or compare configurationMetadataStoreUrl with"
                    + " metadataStoreUrl"))
        : List.of(
            blocker(
                id(),
                "/admin/policies",
                "there are topics but no policies here: the configuration store must be another"
                    + " ZooKeeper",
                "name it in source.configurationZookeeper"));
  }

  private static List<String> differing(ClusterFacts components) {
    List<String> differing = new ArrayList<>();
    Map<String, String> local = components.ofBrokers("metadataStoreUrl");
    components
        .ofBrokers(CONFIGURATION)
        .forEach(
            (broker, url) -> {
              String other = local.getOrDefault(broker, url);
              if (!plain(url).equals(plain(other))) {
                differing.add("%s has %s and %s".formatted(broker, other, url));
              }
            });
    return differing;
  }

  /** The same servers in another order are the same store. */
  private static String plain(String url) {
    String bare = url.replaceFirst("^(metadata-store:)?zk:", "").replaceAll("/$", "");
    int slash = bare.indexOf('/');
    String chroot = slash < 0 ? "" : bare.substring(slash);
    String servers = slash < 0 ? bare : bare.substring(0, slash);
    return Arrays.stream(servers.split("[,;]", -1)).sorted().toList() + chroot;
  }
}
