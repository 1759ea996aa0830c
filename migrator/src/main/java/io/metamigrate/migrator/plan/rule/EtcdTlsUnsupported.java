package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.notKnown;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.verifier.catalog.PulsarVersion;
import java.util.ArrayList;
import java.util.List;

/**
 * Which components can speak TLS to etcd depends on the version; the others connect without
 * encryption.
 */
final class EtcdTlsUnsupported implements Rule {
  @Override
  public String id() {
    return "ETCD_TLS_UNSUPPORTED";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    List<String> endpoints = facts.componentEndpoints();
    if (endpoints.stream().noneMatch(endpoint -> endpoint.startsWith("https://"))) {
      return List.of();
    }
    if (facts.pulsarVersion().isEmpty()) {
      return List.of(
          notKnown(
              id(),
              "target.componentUrl",
              "whether brokers and bookies can use TLS to etcd, since the Pulsar version is not",
              "add --pulsar-version X.Y.Z"));
    }
    PulsarVersion version = facts.pulsarVersion().get();
    List<Finding> findings = new ArrayList<>();
    if (!version.brokersCanUseEtcdTls()) {
      findings.add(finding("brokers", "2.11", version));
    }
    if (!version.bookiesCanUseEtcdTls()) {
      findings.add(finding("bookies and AutoRecovery", "4.2", version));
    }
    if (findings.isEmpty() && facts.configuration().target().componentTlsFile().isEmpty()) {
      findings.add(
          blocker(
              id(),
              "target.componentTlsFile",
              "brokers and bookies are given %s, but no file with their TLS settings; they connect without TLS, whatever the URL is"
                  .formatted(String.join(",", endpoints)),
              "set target.componentTlsFile to the path of that file on their machines, or give"
                  + " target.componentUrl an endpoint without TLS"));
    }
    return findings;
  }

  private Finding finding(String component, String since, PulsarVersion version) {
    return blocker(
        id(),
        component,
        "%s of Pulsar %s cannot use TLS to etcd, %s and later can; https in the URL does not change that"
            .formatted(component, version, since),
        "give target.componentUrl an endpoint without TLS on a network of its own, or a local proxy"
            + " that adds TLS");
  }
}
