package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** An etcd URL without http:// per endpoint is not understood (seen on 3.0.7). */
final class EndpointSchemeMissing implements Rule {
  private static final String BOOKIE = "metadata-store:";
  private static final String ETCD = "etcd:";

  @Override
  public String id() {
    return "ENDPOINT_SCHEME_MISSING";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    for (String setting : List.of("metadataStoreUrl", "configurationMetadataStoreUrl")) {
      check(setting, facts.components().ofBrokers(setting), findings);
    }
    check("metadataServiceUri", facts.components().ofBookies("metadataServiceUri"), findings);
    check("originals", facts.configuration().cutover().originals().brokers(), findings);
    check("originals", facts.configuration().cutover().originals().bookies(), findings);
    return findings;
  }

  private void check(String setting, Map<String, String> values, List<Finding> findings) {
    values.forEach(
        (where, value) -> {
          String url = value.startsWith(BOOKIE) ? value.substring(BOOKIE.length()) : value;
          if (url.startsWith(ETCD) && !isComplete(url.substring(ETCD.length()))) {
            findings.add(
                blocker(
                    id(),
                    where,
                    "%s of %s is %s: each endpoint must begin with http:// (or https://)"
                        .formatted(setting, where, value),
                    "write etcd:http://HOST:PORT, with the scheme before every endpoint"));
          }
        });
  }

  private static boolean isComplete(String endpoints) {
    return Arrays.stream(endpoints.split("[,;]", -1)).allMatch(e -> e.matches("https?://.+"));
  }
}
