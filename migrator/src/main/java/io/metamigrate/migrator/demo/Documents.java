package io.metamigrate.migrator.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The JSON documents of a Pulsar 2.10 cluster, as brokers write them (seen on 2.10.0). */
final class Documents {
  private static final long HASHES = 1L << 32;

  private Documents() {}

  static byte[] cluster(String broker) {
    return json(
        """
        {"serviceUrl":"http://%1$s:8080","brokerServiceUrl":"pulsar://%1$s:6650",\
        "brokerClientTlsEnabled":false,"tlsAllowInsecureConnection":false,\
        "brokerClientTlsEnabledWithKeyStore":false,"brokerClientTlsTrustStoreType":"JKS"}\
        """,
        broker);
  }

  static byte[] tenant(String cluster) {
    return json("{\"adminRoles\":[\"admin\"],\"allowedClusters\":[\"%s\"]}", cluster);
  }

  static byte[] policies(String cluster, int bundles, int retentionMinutes) {
    return json(
        """
        {"auth_policies":{"namespace_auth":{"app":["produce","consume"]},\
        "destination_auth":{},"subscription_auth_roles":{}},"replication_clusters":["%s"],\
        "bundles":%s,"backlog_quota_map":{},"clusterDispatchRate":{},"topicDispatchRate":{},\
        "subscriptionDispatchRate":{},"replicatorDispatchRate":{},"clusterSubscribeRate":{},\
        "persistence":{"bookkeeperEnsemble":2,"bookkeeperWriteQuorum":2,"bookkeeperAckQuorum":2,\
        "managedLedgerMaxMarkDeleteRate":0.0},"publishMaxMessageRate":{},\
        "latency_stats_sample_rate":{},\
        "retention_policies":{"retentionTimeInMinutes":%d,"retentionSizeInMB":500},\
        "deleted":false,"encryption_required":false,"subscription_auth_mode":"None",\
        "offload_threshold":-1,"schema_compatibility_strategy":"UNDEFINED",\
        "schema_validation_enforced":false,"subscription_types_enabled":[],"properties":{}}\
        """,
        cluster, bundles(bundles), retentionMinutes);
  }

  static byte[] localPolicies(int bundles) {
    return json("{\"bundles\":%s}", bundles(bundles));
  }

  static byte[] partitions(int number) {
    return json("{\"partitions\":%d}", number);
  }

  static byte[] racks(List<String> bookies) {
    return json(
        "{\"default\":{%s}}",
        bookies.stream()
            .map(b -> "\"" + b + "\":{\"rack\":\"/rack-" + bookies.indexOf(b) + "\"}")
            .collect(Collectors.joining(",")));
  }

  static byte[] failureDomain(String broker) {
    return json("{\"brokers\":[\"%s\"]}", broker);
  }

  static byte[] bundleLoad(long messages) {
    return json(
        """
        {"shortTermData":{"maxSamples":10,"numSamples":10,"msgThroughputIn":%1$d.0,\
        "msgThroughputOut":%1$d.0,"msgRateIn":%2$d.0,"msgRateOut":%2$d.0},\
        "longTermData":{"maxSamples":1000,"numSamples":10,"msgThroughputIn":%1$d.0,\
        "msgThroughputOut":%1$d.0,"msgRateIn":%2$d.0,"msgRateOut":%2$d.0},"topics":1}\
        """,
        messages * 1024, messages);
  }

  static byte[] brokerLoad() {
    return json(
        """
        {"shortTermMsgThroughputIn":0.0,"shortTermMsgThroughputOut":0.0,"shortTermMsgRateIn":0.0,\
        "shortTermMsgRateOut":0.0,"longTermMsgThroughputIn":0.0,"longTermMsgThroughputOut":0.0,\
        "longTermMsgRateIn":0.0,"longTermMsgRateOut":0.0}\
        """);
  }

  /** What cluster initialisation leaves for functions, even if they are not used. */
  static byte[] distributedLog() {
    return json(
        """
        1
        BKDL
        {"1":{"str":"zk:2181"},"2":{"str":"/ledgers"},"3":{"tf":1},"4":{"tf":0},\
        "5":{"str":"zk:2181"},"6":{"str":"zk:2181"},"7":{"str":"zk:2181"}}\
        """);
  }

  /** The name of one of so many bundles of a namespace. */
  static String bundle(int index, int bundles) {
    return boundary(index, bundles) + "_" + boundary(index + 1, bundles);
  }

  private static String bundles(int bundles) {
    return LongStream.rangeClosed(0, bundles)
        .mapToObj(index -> "\"" + boundary((int) index, bundles) + "\"")
        .collect(Collectors.joining(",", "{\"boundaries\":[", "],\"numBundles\":" + bundles + "}"));
  }

  private static String boundary(int index, int bundles) {
    long hash = Math.min(HASHES / bundles * index, HASHES - 1);
    return String.format(Locale.ROOT, "0x%08x", hash);
  }

  private static byte[] json(String format, Object... values) {
    return String.format(Locale.ROOT, format, values).getBytes(UTF_8);
  }
}
