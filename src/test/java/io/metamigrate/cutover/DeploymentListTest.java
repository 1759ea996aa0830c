package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.FreePorts;
import io.metamigrate.lab.MigrateCommand;
import io.metamigrate.lab.ObjectServer;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Rehearsal;
import io.metamigrate.migrator.pulsar.BrokerHealth;
import io.metamigrate.migrator.pulsar.PulsarHealth;
import io.metamigrate.migrator.restart.Drivers;
import io.metamigrate.migrator.restart.RestartDriver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/**
 * The faults that deployments of Pulsar have, each by {@code migrate cutover --dry-run} on a
 * cluster that has just this one: its line is the only one, in the text and in the JSON document,
 * and the exit code is 3 if it blocks. The same cluster without a fault gets no line at all.
 */
@Tag("campaign")
@Timeout(300)
final class DeploymentListTest extends TwoStores {
  private static final String BOOKIE_ENDS = "exec bin/pulsar bookie\"";
  private static final String BOOKIES_FIRST = "        - name: wait\n          image: pulsar\n";
  private static final String SCRATCH = "        - {name: scratch, emptyDir: {}}\n";
  private static final String STORES = "data: {zk: \"zk:2181\"}";
  private static final String WIPE = "wipe: \"bin/bookkeeper shell bookieformat -n -f\"";
  private static final String BROKER_META = "metadata: {name: broker, namespace: p, uid: b01";
  private static final String BROKER_CONTAINERS = "      containers:\n        - name: broker";
  private static final String BROKERS_APART =
      "      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
          + " [{topologyKey: kubernetes.io/hostname, labelSelector: {matchExpressions:"
          + " [{key: app, operator: In, values: [broker]}]}}]}}\n";
  private static final String BOOKIE_INITS = "      initContainers:\n        - name: wait\n";
  private static final String CLAIMED =
      "spec: {nodeName: n, volumes: [{name: l, persistentVolumeClaim: {claimName: l}}]}";
  private static final String CHART_SETS =
      "layout: helm, bookies: pulsar-bookie, brokers: pulsar-broker";
  private static final String BROKER_SCALE = "  replicas: 2\n  podManagementPolicy: Parallel\n";

  private static TestBed bed;
  private static ObjectServer objects;
  private static BrokerHealth health;
  private static Path config;
  private static String cluster = "";

  /** Whether the operator may confirm it, and whether it blocks. */
  private enum ExpectedLevel {
    BLOCKS,
    CONFIRM,
    WARNS
  }

  /**
   * One change of the cluster that has no fault.
   *
   * @param number of the fault's kind
   * @param from a text of the manifests that is replaced, empty to add objects
   * @param line a part of the only line
   */
  private record FaultRow(
      int number,
      String name,
      String from,
      String to,
      String id,
      ExpectedLevel level,
      String line) {
    @Override
    public String toString() {
      return number + " " + name;
    }
  }

  @BeforeAll
  static void cluster() throws Exception {
    bed = new TestBed(folder, zookeeper, etcd, "20s");
    bed.copy();
    health = new PulsarHealth(bed.configuration.cluster().admin());
    objects = ObjectServer.start();
    cluster = resource("/deployments/cluster.yaml");
    config =
        config(
            "kubernetes.yaml",
            "{kind: kubernetes, namespace: p, kubeconfig: \"%s\", layout: plain, bookies: bookie, brokers: broker}"
                .formatted(objects.kubeconfig(folder)));
  }

  @AfterAll
  static void close() {
    health.close();
    objects.close();
    bed.close();
  }

  static Stream<FaultRow> faults() {
    return Stream.of(
        // 1: data that goes with the pod, and what formats it
        row(
            1,
            "emptyDir",
            List.of("{metadata: {name: ledgers}, spec: {accessModes: [ReadWriteOnce]}}", SCRATCH),
            List.of(
                "{metadata: {name: other}, spec: {accessModes: [ReadWriteOnce]}}",
                SCRATCH + "        - {name: ledgers, emptyDir: {}}\n"),
            "BOOKIE_DATA_VOLATILE",
            ExpectedLevel.BLOCKS,
            "keeps /data/ledgers on emptyDir ledgers"),
        row(
            1,
            "no volume",
            "            - {name: journal, mountPath: /data/journal}\n",
            "",
            "BOOKIE_DATA_VOLATILE",
            ExpectedLevel.BLOCKS,
            "keeps /data/journal in the container itself"),
        row(
            1,
            "a claim that goes with the pod",
            List.of("{metadata: {name: ledgers}, spec: {accessModes: [ReadWriteOnce]}}", SCRATCH),
            List.of(
                "{metadata: {name: other}, spec: {accessModes: [ReadWriteOnce]}}",
                SCRATCH
                    + "        - {name: ledgers, ephemeral: {volumeClaimTemplate: {spec:"
                    + " {accessModes: [ReadWriteOnce]}}}}\n"),
            "BOOKIE_DATA_VOLATILE",
            ExpectedLevel.BLOCKS,
            "keeps /data/ledgers on volume ledgers, which goes with the pod"),
        first(
            1,
            "an init container formats the bookie",
            "bin/bookkeeper shell bookieformat -nonInteractive -force -deleteCookie || true",
            "STORE_FORMAT_FORCED",
            ExpectedLevel.BLOCKS,
            "runs bookieformat with force"),
        row(
            1,
            "the server's command formats",
            "conf/bookkeeper.conf && " + BOOKIE_ENDS,
            "conf/bookkeeper.conf; bin/bookkeeper shell metaformat -n -f; " + BOOKIE_ENDS,
            "STORE_FORMAT_FORCED",
            ExpectedLevel.BLOCKS,
            "runs metaformat with force"),
        // 2: set-up commands
        first(
            2,
            "an init container sets up",
            "bin/bookkeeper shell metaformat --nonInteractive || true",
            "SET_UP_COMMAND",
            ExpectedLevel.WARNS,
            "runs metaformat each time it starts"),
        added(
            2,
            "a job sets up",
            """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: set-up, namespace: p}
            spec: {template: {spec: {containers: [{name: i, image: pulsar, command: [bin/pulsar, initialize-cluster-metadata, --cluster, c1]}]}}}
            """,
            "SET_UP_COMMAND",
            ExpectedLevel.WARNS,
            "container i of Job set-up: runs initialize-cluster-metadata"),
        added(
            2,
            "a job sets up with force",
            """
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: again, namespace: p}
            spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: i, image: pulsar, args: [bin/bookkeeper, shell, initnewcluster, -force]}]}}}}}
            """,
            "STORE_FORMAT_FORCED",
            ExpectedLevel.CONFIRM,
            "container i of CronJob again: runs initnewcluster with force"),
        // 3: who takes settings back
        row(
            3,
            "an operator",
            BROKER_META,
            BROKER_META
                + ", ownerReferences: [{apiVersion: example.org/v1, kind: PulsarCluster, name:"
                + " prod, uid: u}]",
            "OWNED_BY_OPERATOR",
            ExpectedLevel.BLOCKS,
            "is owned by PulsarCluster prod"),
        row(
            3,
            "Argo CD",
            BROKER_META,
            BROKER_META + ", annotations: {argocd.argoproj.io/tracking-id: x}",
            "MANAGED_BY_GITOPS",
            ExpectedLevel.CONFIRM,
            "is managed by Argo CD"),
        row(
            3,
            "Flux",
            BROKER_META,
            BROKER_META + ", managedFields: [{manager: kustomize-controller, operation: Apply}]",
            "MANAGED_BY_GITOPS",
            ExpectedLevel.CONFIRM,
            "is managed by Flux"),
        // 5: proxies, websocket proxies, function workers, AutoRecovery
        row(
            5,
            "a proxy that asks ZooKeeper for brokers",
            "{name: brokerServiceURL, value: \"pulsar://broker:6650\"}",
            "{name: zookeeperServers, value: \"zk:2181\"}",
            "OTHER_METADATA_USER",
            ExpectedLevel.CONFIRM,
            "before the window, give it brokerServiceURL"),
        row(
            5,
            "a proxy whose address is a key of a ConfigMap",
            "{name: brokerServiceURL, value: \"pulsar://broker:6650\"}",
            "{name: zookeeperServers, valueFrom: {configMapKeyRef: {name: stores, key: zk}}}",
            "OTHER_METADATA_USER",
            ExpectedLevel.CONFIRM,
            "has zookeeperServers and no brokerServiceURL"),
        row(
            5,
            "a proxy with both",
            "            - {name: brokerWebServiceURL",
            "            - {name: metadataStoreUrl, value: \"zk:zk:2181\"}\n"
                + "            - {name: brokerWebServiceURL",
            "OTHER_METADATA_USER",
            ExpectedLevel.WARNS,
            "it has brokerServiceURL: before the window remove the setting"),
        user(
            5,
            "websocket",
            "pulsar websocket",
            ExpectedLevel.WARNS,
            "stop it before the brokers stop"),
        user(
            5,
            "function worker",
            "pulsar functions-worker",
            ExpectedLevel.CONFIRM,
            "every version"),
        user(
            5, "AutoRecovery", "bookkeeper autorecovery", ExpectedLevel.CONFIRM, "metadataWriters"),
        // 7: the Apache chart
        first(
            7,
            "an init container waits for ZooKeeper",
            "until bin/pulsar zookeeper-shell -server zk ls /; do sleep 3; done",
            "ASKS_ZOOKEEPER_AT_START",
            ExpectedLevel.WARNS,
            "change it before ZooKeeper is removed"),
        row(
            7,
            "a chart's next upgrade",
            "uid: b01, labels: {",
            "uid: b01, labels: {app.kubernetes.io/managed-by: Helm, ",
            "statefulset broker",
            ExpectedLevel.WARNS,
            "the chart's next upgrade takes the new settings away"),
        // 8: no StatefulSets
        row(
            8,
            "brokers in a Deployment",
            "kind: StatefulSet\n" + BROKER_META,
            "kind: Deployment\n" + BROKER_META,
            "NO_STATEFULSET",
            ExpectedLevel.BLOCKS,
            "is a Deployment"),
        row(
            8,
            "bookies in a DaemonSet",
            "kind: StatefulSet\nmetadata: {name: bookie,",
            "kind: DaemonSet\nmetadata: {name: bookie,",
            "NO_STATEFULSET",
            ExpectedLevel.BLOCKS,
            "is a DaemonSet"),
        // 9: ids
        row(
            9,
            "a bookie's id is its pod's address",
            "podIP: 10.0.0.0",
            "podIP: 127.0.0.1",
            "BOOKIE_ID_IS_ADDRESS",
            ExpectedLevel.BLOCKS,
            "whose id is the address of their pod"),
        // 10: how settings reach the server
        script(
            "a script of variables that names another file",
            "pulsar_env.sh: \"export PULSAR_BROKER_CONF=/etc/p/broker.conf\"",
            "VARIABLES_NOT_READ",
            "does not run bin/apply-config-from-env.py on /etc/p/broker.conf"),
        script(
            "a script that drops the options of the move",
            "pulsar_env.sh: \"OPTS=-Xmx2g\"",
            "SETTINGS_OVERRIDDEN",
            "sets OPTS in bkenv.sh or pulsar_env.sh"),
        script(
            "a script whose branch names another file",
            "pulsar_env.sh: \"if [ -f /a ]; then\\n  PULSAR_BROKER_CONF=/etc/p/b.conf\\nfi\"",
            "VARIABLES_NOT_READ",
            "which file its server reads is not verifiable"),
        script(
            "a script that no stack is deep enough for",
            "pulsar_env.sh: \"OPTS=" + "${A:-".repeat(10_000) + "}".repeat(10_000) + "\"",
            "SETTINGS_OVERRIDDEN",
            "whether OPTS keeps the JVM options"),
        script(
            "a script with JVM options that count before the file",
            "bkenv.sh: \"BOOKIE_EXTRA_OPTS='-DmetadataServiceUri=zk:zk:2181"
                + " -Dorg.apache.bookkeeper.conf.readsystemproperties=true'\"",
            "SETTINGS_OVERRIDDEN",
            "has the JVM options -DmetadataServiceUri and"
                + " -Dorg.apache.bookkeeper.conf.readsystemproperties=true"),
        row(
            10,
            "JVM options that count before the file",
            "          env:\n            - {name: metadataServiceUri",
            "          env:\n"
                + "            - {name: BOOKIE_EXTRA_OPTS, value: \"-DledgerDirectories=/data/other"
                + " -Dorg.apache.bookkeeper.conf.readsystemproperties=true\"}\n"
                + "            - {name: metadataServiceUri",
            "SETTINGS_OVERRIDDEN",
            ExpectedLevel.CONFIRM,
            "StatefulSet bookie: has the JVM options -DledgerDirectories"),
        row(
            10,
            "no variables are read",
            "[\"sh\", \"-c\", \"bin/apply-config-from-env.py conf/bookkeeper.conf && "
                + BOOKIE_ENDS,
            "[\"sh\", \"-c\", \"" + BOOKIE_ENDS,
            "VARIABLES_NOT_READ",
            ExpectedLevel.CONFIRM,
            "does not run bin/apply-config-from-env.py"),
        first(
            10,
            "a command uses a variable that goes",
            "until getent hosts $zkServers; do sleep 1; done",
            "REMOVED_VARIABLE_USED",
            ExpectedLevel.CONFIRM,
            "uses $zkServers in its command"),
        row(
            10,
            "the configuration is on a volume",
            "            - {name: scratch, mountPath: /tmp}\n",
            "            - {name: journal, mountPath: /pulsar/conf, subPath: conf}\n",
            "SETTINGS_ON_VOLUME",
            ExpectedLevel.CONFIRM,
            "keeps its configuration on volume claim journal"),
        // 12: what lengthens the pause
        row(
            12,
            "pods one after the other",
            BROKER_SCALE,
            "  replicas: 2\n",
            "SLOW_START",
            ExpectedLevel.WARNS,
            "starts its 2 pods one after the other"),
        added(
            12,
            "an autoscaler",
            """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: brokers, namespace: p}
            spec: {minReplicas: 1, maxReplicas: 5, scaleTargetRef: {kind: StatefulSet, name: broker, apiVersion: apps/v1}}
            """,
            "SCALED_BY_ITSELF",
            ExpectedLevel.CONFIRM,
            "the autoscaler brokers"),
        added(
            12,
            "a vertical autoscaler",
            """
            apiVersion: autoscaling.k8s.io/v1
            kind: VerticalPodAutoscaler
            metadata: {name: sizes, namespace: p}
            spec: {targetRef: {kind: StatefulSet, name: broker, apiVersion: apps/v1}}
            """,
            "SCALED_BY_ITSELF",
            ExpectedLevel.CONFIRM,
            "the VerticalPodAutoscaler sizes"),
        row(
            12,
            "Reloader",
            BROKER_META,
            BROKER_META + ", annotations: {reloader.stakater.com/auto: \"true\"}",
            "RESTARTED_BY_OTHERS",
            ExpectedLevel.CONFIRM,
            "is restarted or evicted by Reloader"),
        added(
            12,
            "a program with the engine's socket",
            """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: updater, namespace: p}
            spec: {template: {spec: {containers: [{name: u, image: updater, volumeMounts: [{name: s, mountPath: /var/run/docker.sock}]}], volumes: [{name: s, hostPath: {path: /var/run/docker.sock}}]}}}
            """,
            "RESTARTED_BY_OTHERS",
            ExpectedLevel.CONFIRM,
            "has the container engine's socket (/var/run/docker.sock)"),
        // the same kinds of fault in other shapes
        row(
            1,
            "an init container runs a ConfigMap's script under another name",
            List.of(BOOKIES_FIRST, SCRATCH, STORES),
            List.of(
                "        - {name: first, image: pulsar, command: [sh, /scripts/start.sh],"
                    + " volumeMounts: [{name: s, mountPath: /scripts}]}\n"
                    + BOOKIES_FIRST,
                SCRATCH
                    + "        - {name: s, configMap: {name: stores, items: [{key: wipe, path:"
                    + " start.sh}]}}\n",
                STORES.replace("}", ", " + WIPE + "}")),
            "STORE_FORMAT_FORCED",
            ExpectedLevel.BLOCKS,
            "runs bookieformat with force"),
        row(
            1,
            "the script is in a projected volume",
            List.of(BOOKIES_FIRST, SCRATCH, STORES),
            List.of(
                "        - {name: first, image: pulsar, command: [sh, /scripts/wipe],"
                    + " volumeMounts: [{name: s, mountPath: /scripts}]}\n"
                    + BOOKIES_FIRST,
                SCRATCH
                    + "        - {name: s, projected: {sources: [{configMap: {name: stores}}]}}\n",
                STORES.replace("}", ", " + WIPE + "}")),
            "STORE_FORMAT_FORCED",
            ExpectedLevel.BLOCKS,
            "runs bookieformat with force"),
        row(
            1,
            "a hook after the start formats",
            List.of(
                "          image: pulsar\n"
                    + "          command: [\"sh\", \"-c\", \"bin/apply-config-from-env.py"
                    + " conf/bookkeeper.conf"),
            List.of(
                "          image: pulsar\n"
                    + "          lifecycle: {postStart: {exec: {command: [bin/bookkeeper, shell,"
                    + " bookieformat, -f]}}}\n"
                    + "          command: [\"sh\", \"-c\", \"bin/apply-config-from-env.py"
                    + " conf/bookkeeper.conf"),
            "STORE_FORMAT_FORCED",
            ExpectedLevel.BLOCKS,
            "runs bookieformat with force"),
        row(
            1,
            "an init container empties the bookie's volume under a path of its own",
            List.of(BOOKIES_FIRST),
            List.of(
                "        - {name: first, image: busybox, command: [sh, -c, \"rm -rfv /mnt/*\"],"
                    + " volumeMounts: [{name: journal, mountPath: /mnt}]}\n"
                    + BOOKIES_FIRST),
            "STORE_FORMAT_FORCED",
            ExpectedLevel.BLOCKS,
            "deletes a bookie's files"),
        row(
            1,
            "a folder of its own for each pod that is made",
            List.of(
                "            - {name: ledgers, mountPath: /data/ledgers}\n",
                "          env:\n            - {name: metadataServiceUri"),
            List.of(
                "            - {name: ledgers, mountPath: /data/ledgers, subPathExpr: $(UID)}\n",
                "          env:\n"
                    + "            - {name: UID, valueFrom: {fieldRef: {fieldPath:"
                    + " metadata.uid}}}\n"
                    + "            - {name: metadataServiceUri"),
            "BOOKIE_DATA_VOLATILE",
            ExpectedLevel.BLOCKS,
            "keeps /data/ledgers on volume claim ledgers, in a folder that is named by the pod's"
                + " metadata.uid"),
        row(
            3,
            "Fleet",
            BROKER_META,
            BROKER_META + ", annotations: {objectset.rio.cattle.io/id: x}",
            "MANAGED_BY_GITOPS",
            ExpectedLevel.CONFIRM,
            "is managed by Fleet"),
        added(
            5,
            "a proxy in a pod of its own",
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: proxy-alone, namespace: p}
            spec: {containers: [{name: o, image: pulsar, command: [bin/pulsar, proxy], env: [{name: zookeeperServers, value: "zk:2181"}]}]}
            status: {phase: Running}
            """,
            "OTHER_METADATA_USER",
            ExpectedLevel.CONFIRM,
            "container o of Pod proxy-alone: has zookeeperServers"),
        added(
            5,
            "a proxy with the address in its command",
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: edge, namespace: p}
            spec: {template: {spec: {containers: [{name: o, image: pulsar, command: [bin/pulsar, proxy], args: [--metadata-store, "zk:zk:2181"]}]}}}
            """,
            "OTHER_METADATA_USER",
            ExpectedLevel.CONFIRM,
            "container o of Deployment edge: has --metadata-store and no brokerServiceURL"),
        added(
            5,
            "a function worker in a set of another kind",
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: worker-x, namespace: p, ownerReferences: [{apiVersion: apps.kruise.io/v1alpha1, kind: CloneSet, name: worker, uid: u, controller: true}]}
            spec: {containers: [{name: o, image: pulsar, command: [bin/pulsar, functions-worker], env: [{name: zookeeperServers, value: "zk:2181"}]}]}
            status: {phase: Running}
            """,
            "OTHER_METADATA_USER",
            ExpectedLevel.CONFIRM,
            "container o of CloneSet worker: has zookeeperServers"),
        first(
            7,
            "an init container waits for a port of ZooKeeper",
            "until nc -z zk 2181; do sleep 1; done",
            "ASKS_ZOOKEEPER_AT_START",
            ExpectedLevel.WARNS,
            "change it before ZooKeeper is removed"),
        first(
            7,
            "an init container sends a command of four letters",
            "until [ $(echo ruok | nc $STORE 2182) = imok ]; do sleep 1; done",
            "ASKS_ZOOKEEPER_AT_START",
            ExpectedLevel.WARNS,
            "change it before ZooKeeper is removed"),
        row(
            7,
            "brokers wait by the bookies' settings",
            List.of("      containers:\n        - name: broker", STORES),
            List.of(
                "      initContainers:\n"
                    + "        - {name: wait-bookkeeper-ready, image: pulsar, command: [sh, -c,"
                    + " \"until bin/bookkeeper shell whatisinstanceid; do sleep 3; done\"],"
                    + " envFrom: [{configMapRef: {name: stores}}]}\n"
                    + "      containers:\n"
                    + "        - name: broker",
                STORES.replace(
                    "}", ", metadataServiceUri: \"zk+hierarchical://zk:2181/ledgers\"}")),
            "ASKS_ZOOKEEPER_AT_START",
            ExpectedLevel.WARNS,
            "container wait-bookkeeper-ready of StatefulSet broker: contacts ZooKeeper"),
        row(
            7,
            "a probe asks ZooKeeper",
            List.of(
                "          image: pulsar\n"
                    + "          command: [\"sh\", \"-c\", \"bin/apply-config-from-env.py"
                    + " conf/broker.conf"),
            List.of(
                "          image: pulsar\n"
                    + "          livenessProbe: {exec: {command: [bin/pulsar, zookeeper-shell, ls,"
                    + " /]}}\n"
                    + "          command: [\"sh\", \"-c\", \"bin/apply-config-from-env.py"
                    + " conf/broker.conf"),
            "ASKS_ZOOKEEPER_AT_START",
            ExpectedLevel.WARNS,
            "asks ZooKeeper in a probe or hook"),
        row(
            9,
            "one of a pod's two addresses",
            "podIP: 10.0.0.0",
            "podIP: \"fd00::1\", podIPs: [{ip: \"fd00::1\"}, {ip: 127.0.0.1}]",
            "BOOKIE_ID_IS_ADDRESS",
            ExpectedLevel.BLOCKS,
            "whose id is the address of their pod"),
        row(
            12,
            "a startup probe that begins late",
            List.of(
                "          image: pulsar\n"
                    + "          command: [\"sh\", \"-c\", \"bin/apply-config-from-env.py"
                    + " conf/broker.conf"),
            List.of(
                "          image: pulsar\n"
                    + "          startupProbe: {initialDelaySeconds: 60, httpGet: {port: 8080}}\n"
                    + "          readinessProbe: {initialDelaySeconds: 20, httpGet: {port: 8080}}\n"
                    + "          command: [\"sh\", \"-c\", \"bin/apply-config-from-env.py"
                    + " conf/broker.conf"),
            "SLOW_START",
            ExpectedLevel.WARNS,
            "ready after 60 s at the earliest"),
        row(
            12,
            "pods that must have been ready for a while before the next one",
            List.of(BROKER_SCALE),
            List.of("  replicas: 2\n  minReadySeconds: 30\n"),
            "SLOW_START",
            ExpectedLevel.WARNS,
            "all of them after 60 s"),
        added(
            12,
            "KEDA",
            """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: keda-hpa-x, namespace: p, ownerReferences: [{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, name: x, uid: u}]}
            spec: {minReplicas: 1, maxReplicas: 5, scaleTargetRef: {kind: StatefulSet, name: broker, apiVersion: apps/v1}}
            """,
            "SCALED_BY_ITSELF",
            ExpectedLevel.CONFIRM,
            "the autoscaler keda-hpa-x, which ScaledObject x makes again"),
        // 12: what keeps the next pod from starting
        added(
            12,
            "the only node is cordoned",
            node("n", "{unschedulable: true}"),
            "NEXT_POD_HAS_NO_NODE",
            ExpectedLevel.CONFIRM,
            "bookie-0, bookie-1, bookie-2 (cordoned: n)"),
        added(
            12,
            "one of two nodes is cordoned",
            node("n", "{unschedulable: true}") + node("m", "{}"),
            "NEXT_POD_HAS_NO_NODE",
            ExpectedLevel.WARNS,
            "start next on another node: bookie-0, bookie-1, bookie-2 (cordoned: n)"),
        added(
            12,
            "a taint that nothing tolerates",
            node("n", "{taints: [{key: maintenance, value: x, effect: NoSchedule}]}"),
            "NEXT_POD_HAS_NO_NODE",
            ExpectedLevel.CONFIRM,
            "broker-0, broker-1 (taint maintenance:NoSchedule: n)"),
        row(
            12,
            "a label that the nodes have lost",
            List.of(BROKER_CONTAINERS, STORES),
            List.of(
                "      nodeSelector: {disk: fast}\n" + BROKER_CONTAINERS,
                STORES + "\n" + node("n", "{}")),
            "NEXT_POD_HAS_NO_NODE",
            ExpectedLevel.CONFIRM,
            "broker-0, broker-1 (no match of nodeSelector {disk=fast}: n)"),
        row(
            12,
            "the volume is on a node that takes no pods",
            List.of(BROKER_CONTAINERS, "spec: {nodeName: n}", STORES),
            List.of(
                "      tolerations: [{operator: Exists}]\n" + BROKER_CONTAINERS,
                CLAIMED,
                STORES
                    + "\n"
                    + node("n", "{taints: [{key: maintenance, effect: NoExecute}]}")
                    + node("m", "{}")
                    + """
                    ---
                    apiVersion: v1
                    kind: PersistentVolumeClaim
                    metadata: {name: l, namespace: p}
                    spec: {volumeName: local-7}
                    ---
                    apiVersion: v1
                    kind: PersistentVolume
                    metadata: {name: local-7}
                    spec: {nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [n]}]}]}}}
                    """),
            "NEXT_POD_HAS_NO_NODE",
            ExpectedLevel.CONFIRM,
            "bookie-2 (taint maintenance:NoExecute: n; volume cannot be attached: m)"),
        row(
            12,
            "a required anti-affinity that is not fulfilled any more",
            List.of(BROKER_CONTAINERS, STORES),
            List.of(BROKERS_APART + BROKER_CONTAINERS, STORES + "\n" + node("n", "{}")),
            "NEXT_POD_HAS_NO_NODE",
            ExpectedLevel.CONFIRM,
            "broker-0, broker-1 (another pod that anti-affinity excludes: n)"),
        added(
            12,
            "many nodes that take no pod",
            Stream.of("n", "a", "b", "c", "d")
                .map(name -> node(name, "{unschedulable: true}"))
                .collect(Collectors.joining()),
            "NEXT_POD_HAS_NO_NODE",
            ExpectedLevel.CONFIRM,
            "no node is free: bookie-0, bookie-1, bookie-2 (cordoned: a, b, c and 2 more)"),
        row(
            12,
            "what is not counted",
            List.of(BROKER_CONTAINERS),
            List.of(
                "      affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
                    + " [{topologyKey: zone, labelSelector: {matchLabels: {app: bookie}}}]}}\n"
                    + "      topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone,"
                    + " whenUnsatisfiable: DoNotSchedule}]\n"
                    + BROKER_CONTAINERS
                    + "\n          ports: [{containerPort: 8080, hostPort: 8080}]"),
            "NEXT_POD_HAS_NO_NODE",
            ExpectedLevel.WARNS,
            "not checked here: podAffinity, topologySpreadConstraints, hostPort"),
        added(
            12,
            "a pod that waits for the same image",
            waiting("ImagePullBackOff"),
            "IMAGE_MAY_BE_MISSING",
            ExpectedLevel.CONFIRM,
            "needs the image pulsar, which pod late cannot pull now"),
        row(
            12,
            "an image that is pulled at each start",
            BROKER_CONTAINERS,
            BROKER_CONTAINERS + "\n          imagePullPolicy: Always",
            "IMAGE_MAY_BE_MISSING",
            ExpectedLevel.WARNS,
            "pulls the image pulsar (broker) at each start"),
        row(
            12,
            "a ConfigMap that kustomize has replaced and pruned",
            BROKER_CONTAINERS,
            BROKER_CONTAINERS + "\n          envFrom: [{configMapRef: {name: broker-7h2k9f}}]",
            "NEXT_POD_LACKS_OBJECT",
            ExpectedLevel.BLOCKS,
            "needs the ConfigMap broker-7h2k9f"),
        row(
            12,
            "a volume of a ConfigMap that is gone",
            SCRATCH,
            SCRATCH + "        - {name: log, configMap: {name: log4j-5b}}\n",
            "NEXT_POD_LACKS_OBJECT",
            ExpectedLevel.BLOCKS,
            "needs the ConfigMap log4j-5b"),
        row(
            12,
            "a ConfigMap that is gone, among others in one volume",
            SCRATCH,
            SCRATCH
                + "        - {name: log, projected: {sources: [{configMap: {name: stores}},"
                + " {configMap: {name: log4j-5b}}]}}\n",
            "NEXT_POD_LACKS_OBJECT",
            ExpectedLevel.BLOCKS,
            "needs the ConfigMap log4j-5b"),
        row(
            12,
            "a key that a variable needs is gone",
            "          env:\n            - {name: metadataServiceUri",
            "          env:\n"
                + "            - {name: OTHER, valueFrom: {configMapKeyRef: {name: stores, key:"
                + " gone}}}\n"
                + "            - {name: metadataServiceUri",
            "NEXT_POD_LACKS_OBJECT",
            ExpectedLevel.BLOCKS,
            "needs the key gone of the ConfigMap stores"),
        row(
            12,
            "a key that a volume needs is gone",
            SCRATCH,
            SCRATCH
                + "        - {name: log, configMap: {name: stores, items: [{key: log4j2, path:"
                + " log4j2.yaml}]}}\n",
            "NEXT_POD_LACKS_OBJECT",
            ExpectedLevel.BLOCKS,
            "needs the key log4j2 of the ConfigMap stores"),
        row(
            12,
            "a Secret of variables that is gone",
            BROKER_CONTAINERS,
            BROKER_CONTAINERS + "\n          envFrom: [{secretRef: {name: tokens}}]",
            "NEXT_POD_LACKS_OBJECT",
            ExpectedLevel.BLOCKS,
            "needs the Secret tokens"),
        row(
            12,
            "a key of a Secret that a volume needs is gone",
            List.of(SCRATCH, STORES),
            List.of(
                SCRATCH
                    + "        - {name: keys, projected: {sources: [{secret: {name: keys, items:"
                    + " [{key: private, path: private.key}]}}]}}\n",
                STORES + "\n" + secret("keys", "public")),
            "NEXT_POD_LACKS_OBJECT",
            ExpectedLevel.BLOCKS,
            "needs the key private of the Secret keys"),
        claimed(
            "a claim that is being deleted",
            claim("deletionTimestamp: \"2026-11-01T00:00:00Z\", ", "Bound"),
            "volume claim: l (is being deleted, which waits for the pod's end only)"),
        claimed(
            "a claim that is gone",
            claim("", "Bound").replace("name: l,", "name: another,"),
            "volume claim: l (is not there)"),
        claimed("a claim whose volume is gone", claim("", "Lost"), "l (has lost its volume)"),
        row(
            12,
            "a ServiceAccount that is gone",
            List.of(BROKER_CONTAINERS, STORES),
            List.of(
                "      serviceAccountName: brokers\n" + BROKER_CONTAINERS,
                STORES + "\n" + account("default")),
            "NEXT_POD_LACKS_OBJECT",
            ExpectedLevel.BLOCKS,
            "needs the ServiceAccount brokers"),
        row(
            12,
            "a Secret for the registry that is gone",
            BROKER_CONTAINERS,
            "      imagePullSecrets: [{name: registry}]\n" + BROKER_CONTAINERS,
            "NEXT_POD_LACKS_OBJECT",
            ExpectedLevel.CONFIRM,
            "pulls its images with the Secret registry"),
        row(
            12,
            "a Secret for the registry that the account gave the pods of today",
            "spec: {nodeName: n}",
            "spec: {nodeName: n, imagePullSecrets: [{name: registry}]}",
            "NEXT_POD_LACKS_OBJECT",
            ExpectedLevel.CONFIRM,
            "StatefulSet bookie: pulls its images with the Secret registry"),
        row(
            12,
            "a cordoned node, and another whose CPU is taken by pods of another namespace",
            List.of(BROKER_CONTAINERS, BOOKIE_INITS, STORES),
            List.of(
                BROKER_CONTAINERS + "\n          resources: {requests: {cpu: \"1\"}}",
                "      tolerations: [{operator: Exists}]\n" + BOOKIE_INITS,
                STORES
                    + "\n"
                    + node("n", "{unschedulable: true}")
                    + room("m", "cpu: 2500m")
                    + pod("busy", "m", "cpu: 1600m")),
            "NEXT_POD_HAS_NO_NODE",
            ExpectedLevel.CONFIRM,
            "broker-0, broker-1 (cordoned: n; not free: cpu 1: m)"),
        row(
            12,
            "a node that has less memory than before",
            List.of(BROKER_CONTAINERS, STORES),
            List.of(
                BROKER_CONTAINERS + "\n          resources: {limits: {memory: 2Gi}}",
                STORES + "\n" + room("n", "memory: 1Gi")),
            "NEXT_POD_HAS_NO_NODE",
            ExpectedLevel.CONFIRM,
            "broker-0, broker-1 (not free: memory 2048Mi: n)"),
        row(
            12,
            "an init container that needs more than the server",
            List.of(BOOKIE_INITS, STORES),
            List.of(
                BOOKIE_INITS + "          resources: {requests: {memory: 3Gi}}\n",
                STORES + "\n" + room("n", "memory: 2Gi")),
            "NEXT_POD_HAS_NO_NODE",
            ExpectedLevel.CONFIRM,
            "bookie-0, bookie-1, bookie-2 (not free: memory 3072Mi: n)"),
        row(
            12,
            "a node that has room for one pod of those that ask for more than today",
            List.of(BROKER_CONTAINERS, "spec: {nodeName: n}", STORES),
            List.of(
                BROKER_CONTAINERS + "\n          resources: {requests: {cpu: \"1\"}}",
                "spec: {nodeName: n, containers: [{name: c, image: pulsar, resources: {requests:"
                    + " {cpu: 100m}}}]}",
                STORES + "\n" + room("n", "cpu: 1500m")),
            "NEXT_POD_HAS_NO_NODE",
            ExpectedLevel.CONFIRM,
            "for whose next start no node is free: broker-1 (not free: cpu 1: n)"),
        added(
            12,
            "a node with fewer places for pods",
            room("n", "pods: 4"),
            "NEXT_POD_HAS_NO_NODE",
            ExpectedLevel.CONFIRM,
            "(not free: pods 1: n)"),
        row(
            12,
            "a quota that was lowered below what runs",
            List.of(BROKER_CONTAINERS, "spec: {nodeName: n}", STORES),
            List.of(
                BROKER_CONTAINERS + "\n          resources: {limits: {cpu: 500m}}",
                "spec: {nodeName: n, containers: [{name: c, image: pulsar, resources: {limits:"
                    + " {cpu: 500m}}}]}",
                STORES + "\n" + range("default: {cpu: 500m}") + quota("limits.cpu", "1", "2500m")),
            "NEXT_POD_NOT_ADMITTED",
            ExpectedLevel.CONFIRM,
            "broker-0, broker-1 (ResourceQuota all allows limits.cpu 1, of which limits.cpu 2.5 is"
                + " used, the present pod's included)"),
        added(
            12,
            "a quota of pods that was lowered",
            quota("pods", "4", "5"),
            "NEXT_POD_NOT_ADMITTED",
            ExpectedLevel.CONFIRM,
            "bookie-0, bookie-1, bookie-2 (ResourceQuota all allows pods 4, of which pods 5"),
        added(
            12,
            "a quota that asks each container for a limit",
            quota("limits.memory", "100Gi", "0"),
            "NEXT_POD_NOT_ADMITTED",
            ExpectedLevel.CONFIRM,
            "broker-0, broker-1 (ResourceQuota all needs a value for limits.memory of container"
                + " broker)"),
        row(
            12,
            "a quota of the template's priority class, which today's pods do not have",
            List.of(BROKER_CONTAINERS, STORES),
            List.of(
                "      priorityClassName: high\n" + BROKER_CONTAINERS,
                STORES + "\n" + priority("high", false) + quotaOf("In, values: [high]", "1", "1")),
            "NEXT_POD_NOT_ADMITTED",
            ExpectedLevel.CONFIRM,
            "broker-0, broker-1 (ResourceQuota all allows pods 1, of which pods 1 is used"),
        added(
            12,
            "a quota of the class that pods get by default",
            priority("usual", true) + quotaOf("Exists", "0", "0"),
            "NEXT_POD_NOT_ADMITTED",
            ExpectedLevel.CONFIRM,
            "broker-0, broker-1 (ResourceQuota all allows pods 0"),
        row(
            12,
            "a priority class that is gone",
            BROKER_CONTAINERS,
            "      priorityClassName: high\n" + BROKER_CONTAINERS,
            "NEXT_POD_LACKS_OBJECT",
            ExpectedLevel.BLOCKS,
            "needs the PriorityClass high"),
        row(
            12,
            "a runtime class that is gone",
            BROKER_CONTAINERS,
            "      runtimeClassName: gvisor\n" + BROKER_CONTAINERS,
            "NEXT_POD_LACKS_OBJECT",
            ExpectedLevel.BLOCKS,
            "needs the RuntimeClass gvisor"),
        row(
            12,
            "a range that allows less than the template has",
            List.of(BROKER_CONTAINERS, STORES),
            List.of(
                BROKER_CONTAINERS + "\n          resources: {limits: {memory: 8Gi}}",
                STORES + "\n" + range("max: {memory: 4Gi}, default: {memory: 1Gi}")),
            "NEXT_POD_NOT_ADMITTED",
            ExpectedLevel.CONFIRM,
            "broker-0, broker-1 (LimitRange sizes allows a limit of memory 4096Mi or less, but"
                + " container broker has memory 8192Mi)"),
        row(
            12,
            "a range that asks for more than the template has",
            List.of(BROKER_CONTAINERS, STORES),
            List.of(
                BROKER_CONTAINERS + "\n          resources: {requests: {cpu: 100m}}",
                STORES + "\n" + range("min: {cpu: 250m}, defaultRequest: {cpu: 250m}")),
            "NEXT_POD_NOT_ADMITTED",
            ExpectedLevel.CONFIRM,
            "requires a request of cpu 0.25 or more, but container broker has cpu 0.1"),
        row(
            12,
            "a range with a ratio of limit to request",
            List.of(BROKER_CONTAINERS, STORES),
            List.of(
                BROKER_CONTAINERS
                    + "\n          resources: {limits: {cpu: 1}, requests: {cpu: 250m}}",
                STORES
                    + "\n"
                    + range(
                        "maxLimitRequestRatio: {cpu: 3}, default: {cpu: 1}, defaultRequest:"
                            + " {cpu: 500m}")),
            "NEXT_POD_NOT_ADMITTED",
            ExpectedLevel.CONFIRM,
            "broker-0, broker-1 (LimitRange sizes allows a limit of 3 times the request for cpu at"
                + " most, and container broker has cpu 0.25 and cpu 1)"),
        row(
            12,
            "a quota of pods that may name pods of other namespaces",
            List.of(BROKER_CONTAINERS, STORES),
            List.of(
                "      affinity: {podAntiAffinity:"
                    + " {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1,"
                    + " podAffinityTerm: {topologyKey: zone, namespaceSelector: {}}}]}}\n"
                    + BROKER_CONTAINERS,
                STORES + "\n" + crossNamespace()),
            "NEXT_POD_NOT_ADMITTED",
            ExpectedLevel.CONFIRM,
            "broker-0, broker-1 (ResourceQuota all allows pods 0, of which pods 0 is used"),
        row(
            12,
            "a node without room for what a runtime class adds",
            List.of(BROKER_CONTAINERS, STORES),
            List.of(
                "      runtimeClassName: gvisor\n" + BROKER_CONTAINERS,
                STORES
                    + "\n"
                    + room("n", "cpu: 1")
                    + runtime("overhead: {podFixed: {cpu: 1500m}}")),
            "NEXT_POD_HAS_NO_NODE",
            ExpectedLevel.CONFIRM,
            "(not free: cpu 1.5: n)"),
        row(
            12,
            "a runtime class for other nodes",
            List.of(BROKER_CONTAINERS, STORES),
            List.of(
                "      runtimeClassName: gvisor\n" + BROKER_CONTAINERS,
                STORES
                    + "\n"
                    + room("n", "cpu: 1")
                    + runtime("scheduling: {nodeSelector: {sandbox: 'yes'}}")),
            "NEXT_POD_HAS_NO_NODE",
            ExpectedLevel.CONFIRM,
            "no match of nodeSelector {sandbox=yes}"),
        row(
            12,
            "a quota that what a runtime class adds exceeds",
            List.of(BROKER_CONTAINERS, STORES),
            List.of(
                "      runtimeClassName: gvisor\n"
                    + BROKER_CONTAINERS
                    + "\n          resources: {requests: {cpu: 100m}}",
                STORES
                    + "\n"
                    + range("defaultRequest: {cpu: 100m}")
                    + quota("requests.cpu", "1", "0")
                    + runtime("overhead: {podFixed: {cpu: 2}}")),
            "NEXT_POD_NOT_ADMITTED",
            ExpectedLevel.CONFIRM,
            "broker-0, broker-1 (ResourceQuota all allows requests.cpu 1"));
  }

  /** What looks like a fault and is none. */
  static Stream<FaultRow> noFaults() {
    return Stream.of(
        quiet(
            12,
            "a taint that pods tolerate, and one that is only a preference",
            List.of(BROKER_CONTAINERS, BOOKIE_INITS, STORES),
            List.of(
                "      tolerations: [{key: dedicated, operator: Equal, value: pulsar}]\n"
                    + BROKER_CONTAINERS,
                "      tolerations: [{key: dedicated, operator: Exists, effect: NoSchedule}]\n"
                    + BOOKIE_INITS,
                STORES
                    + "\n"
                    + node(
                        "n",
                        "{taints: [{key: dedicated, value: pulsar, effect: NoSchedule}, {key: slow,"
                            + " effect: PreferNoSchedule}]}"))),
        quiet(
            12,
            "pods apart on nodes that are there",
            List.of(BROKER_CONTAINERS, STORES),
            List.of(
                "      nodeSelector: {kubernetes.io/hostname: n}\n"
                    + "      affinity: {podAntiAffinity:"
                    + " {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey:"
                    + " kubernetes.io/hostname, labelSelector: {matchLabels: {app: other}}}]},"
                    + " nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
                    + " {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: NotIn,"
                    + " values: [slow]}]}]}}}\n"
                    + BROKER_CONTAINERS,
                STORES + "\n" + node("n", "{}") + node("m", "{unschedulable: true}"))),
        quiet(
            12,
            "a taint that only pods tolerate, by their namespace",
            List.of("spec: {nodeName: n}", STORES),
            List.of(
                "spec: {nodeName: n, tolerations: [{key: dedicated, operator: Exists}]}",
                STORES + "\n" + node("n", "{taints: [{key: dedicated, effect: NoSchedule}]}"))),
        quiet(
            12,
            "a pod that has ended is in nobody's way",
            List.of(BROKER_CONTAINERS, STORES),
            List.of(
                "      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
                    + " [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app:"
                    + " once}}}]}}\n"
                    + BROKER_CONTAINERS,
                STORES
                    + "\n"
                    + node("n", "{}")
                    + """
                    ---
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: once, namespace: p, labels: {app: once}}
                    spec: {nodeName: n, containers: [{name: o, image: busybox}]}
                    status: {phase: Failed}
                    """)),
        quiet(
            12,
            "a ConfigMap of a common volume that may be missing, and a key that is there",
            List.of(SCRATCH),
            List.of(
                SCRATCH
                    + "        - {name: log, projected: {sources: [{configMap: {name: none,"
                    + " optional: true}}, {configMap: {name: stores, items: [{key: zk, path:"
                    + " zk}]}}]}}\n")),
        quiet(12, "a pod that waits for something else", waiting("CrashLoopBackOff")),
        quiet(
            12,
            "a ConfigMap that may be missing",
            List.of(BROKER_CONTAINERS),
            List.of(
                BROKER_CONTAINERS
                    + "\n          imagePullPolicy: IfNotPresent"
                    + "\n          envFrom: [{configMapRef: {name: more, optional: true}}]")),
        quiet(
            12,
            "nodes that are full once the next pods are there, and pods that have ended",
            List.of(BROKER_CONTAINERS, "spec: {nodeName: n}", STORES),
            List.of(
                BROKER_CONTAINERS + "\n          resources: {requests: {cpu: 400m}}",
                "spec: {nodeName: n, containers: [{name: c, image: pulsar, resources: {requests:"
                    + " {cpu: 400m}}}]}",
                STORES
                    + "\n"
                    + room("n", "cpu: 2, memory: 1Gi, pods: 5")
                    + pod("ended", "n", "cpu: 9").replace("phase: Running", "phase: Succeeded"))),
        quiet(
            12,
            "a quota that has room for the next pods only, and one of jobs",
            List.of(BROKER_CONTAINERS, "spec: {nodeName: n}", STORES),
            List.of(
                BROKER_CONTAINERS + "\n          resources: {limits: {cpu: 500m}}",
                "spec: {nodeName: n, containers: [{name: c, image: pulsar, resources: {limits:"
                    + " {cpu: 500m}}}]}",
                STORES
                    + "\n"
                    + range("default: {cpu: 500m}, max: {cpu: 500m}, min: {cpu: 100m}")
                    + quota("limits.cpu", "3", "2500m")
                    + quota("requests.cpu", "0", "0")
                        .replace("spec: {", "spec: {scopes: [Terminating], "))),
        quiet(
            12,
            "classes that are there, and a quota of another class",
            List.of(BROKER_CONTAINERS, STORES),
            List.of(
                "      priorityClassName: high\n      runtimeClassName: gvisor\n"
                    + BROKER_CONTAINERS,
                STORES
                    + "\n"
                    + priority("high", false)
                    + priority("usual", true)
                    + quotaOf("NotIn, values: [high, usual]", "0", "0")
                    + runtime("overhead: {podFixed: {cpu: 250m}}"))),
        quiet(
            12,
            "a ratio that is kept, and a quota of other pods",
            List.of(BROKER_CONTAINERS, STORES),
            List.of(
                "      affinity: {podAntiAffinity:"
                    + " {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1,"
                    + " podAffinityTerm: {topologyKey: zone, labelSelector: {}}}]}}\n"
                    + BROKER_CONTAINERS
                    + "\n          resources: {limits: {cpu: 1}, requests: {cpu: 500m}}",
                STORES
                    + "\n"
                    + range(
                        "maxLimitRequestRatio: {cpu: 2}, default: {cpu: 1}, defaultRequest: {cpu:"
                            + " 1}")
                    + crossNamespace())),
        quiet(
            12,
            "a claim and a ServiceAccount that are there",
            List.of(BROKER_CONTAINERS, "spec: {nodeName: n}", STORES),
            List.of(
                "      serviceAccountName: brokers\n" + BROKER_CONTAINERS,
                CLAIMED,
                STORES + "\n" + claim("", "Bound") + account("default") + account("brokers"))),
        quiet(
            12,
            "Secrets that are there or may be missing",
            List.of(BROKER_CONTAINERS, SCRATCH, STORES),
            List.of(
                "      imagePullSecrets: [{name: keys}]\n"
                    + BROKER_CONTAINERS
                    + "\n          envFrom: [{secretRef: {name: none, optional: true}}]",
                SCRATCH
                    + "        - {name: keys, secret: {secretName: keys, items: [{key: public,"
                    + " path: p}]}}\n",
                STORES + "\n" + secret("keys", "public"))),
        script(
            "scripts of variables as images have them, and options that nothing reads",
            "bkenv.sh: \"BOOKIE_CONF=$BK_HOME/conf/bookkeeper.conf\", pulsar_env.sh: \"#"
                + " PULSAR_BROKER_CONF=/etc/x.conf\\nPULSAR_EXTRA_OPTS=${PULSAR_EXTRA_OPTS:-'-Da=b"
                + " -DmetadataServiceUri=zk:zk'}\\nOPTS=\\\"$OPTS -Dc=d\\\"\"",
            "",
            ""),
        quiet(
            1,
            "a folder whose name has a variable",
            List.of(
                "value: /data/ledgers}", "          env:\n            - {name: metadataServiceUri"),
            List.of(
                "value: $(DATA)/ledgers}",
                """
                          env:
                            - {name: DATA, value: /data}
                            - {name: metadataServiceUri\
                """)),
        quiet(
            1,
            "a variable of a ConfigMap that is read with a prefix",
            List.of(
                "            - {name: PULSAR_PREFIX_ledgerDirectories, value: /data/ledgers}\n",
                "          env:\n            - {name: metadataServiceUri",
                STORES),
            List.of(
                "",
                "          envFrom: [{prefix: PULSAR_PREFIX_, configMapRef: {name: stores}}]\n"
                    + "          env:\n            - {name: metadataServiceUri",
                STORES.replace("}", ", ledgerDirectories: /data/ledgers}"))),
        quiet(
            1,
            "the file system's own folder is removed",
            List.of(BOOKIES_FIRST),
            List.of(
                "        - {name: first, image: busybox, command: [sh, -c, \"rm -rf"
                    + " /data/ledgers/lost+found /data/journal/lost+found\"], volumeMounts: [{name:"
                    + " ledgers, mountPath: /data/ledgers}]}\n"
                    + BOOKIES_FIRST)),
        quiet(
            1,
            "the pod's name is a folder of its volume",
            List.of("            - {name: ledgers, mountPath: /data/ledgers}\n"),
            List.of(
                "            - {name: ledgers, mountPath: /data/ledgers, subPathExpr:"
                    + " $(POD_NAME)}\n")),
        quiet(
            2,
            "a scheduled job that is suspended",
            """
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: again, namespace: p}
            spec: {suspend: true, jobTemplate: {spec: {template: {spec: {containers: [{name: i, image: pulsar, args: [bin/bookkeeper, shell, initnewcluster, -force]}]}}}}}
            """),
        quiet(
            2,
            "jobs that are suspended or have failed",
            """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: later, namespace: p}
            spec: {suspend: true, template: {spec: {containers: [{name: i, image: pulsar, command: [bin/pulsar, initialize-cluster-metadata]}]}}}
            ---
            apiVersion: batch/v1
            kind: Job
            metadata: {name: failed, namespace: p}
            spec: {template: {spec: {containers: [{name: i, image: pulsar, command: [bin/pulsar, initialize-cluster-metadata]}]}}}
            status: {conditions: [{type: Failed, status: "True"}]}
            """),
        quiet(
            5,
            "a function worker that is stopped",
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: worker, namespace: p}
            spec: {replicas: 0, template: {spec: {containers: [{name: o, image: pulsar, command: [bin/pulsar, functions-worker], env: [{name: zookeeperServers, value: "zk:2181"}]}]}}}
            """),
        quiet(
            5,
            "a pod that has ended",
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: once, namespace: p}
            spec: {containers: [{name: o, image: pulsar, command: [bin/pulsar, functions-worker], env: [{name: zookeeperServers, value: "zk:2181"}]}]}
            status: {phase: Succeeded}
            """),
        quiet(
            12,
            "an autoscaler of a Deployment of that name",
            """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: others, namespace: p}
            spec: {minReplicas: 1, maxReplicas: 5, scaleTargetRef: {kind: Deployment, name: broker, apiVersion: apps/v1}}
            """));
  }

  @ParameterizedTest
  @MethodSource("noFaults")
  void printsNothingForWhatIsNoFault(FaultRow row) throws Exception {
    objects.serve(changed(row));

    Rehearsal rehearsal = rehearse(config);

    assertThat(rehearsal.obstacles()).isEmpty();
    assertThat(rehearsal.warnings()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void printsOnlyTheLineOfEachFault(FaultRow row) throws Exception {
    objects.serve(changed(row));

    Rehearsal rehearsal = rehearse(config);

    boolean warns = row.level() == ExpectedLevel.WARNS;
    // a set that is not there has no pods to ask
    List<String> lines =
        (warns ? rehearsal.warnings() : rehearsal.obstacles())
            .stream().filter(line -> !line.startsWith("probe: no StatefulSet")).toList();
    assertThat(lines)
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).contains(row.id()))
        .anySatisfy(line -> assertThat(line).contains(row.line()))
        .allSatisfy(
            line ->
                assertThat(line.contains("to cutover.accept"))
                    .as(line)
                    .isEqualTo(row.level() == ExpectedLevel.CONFIRM));
    assertThat(warns ? rehearsal.obstacles() : rehearsal.warnings())
        .filteredOn(line -> !line.contains("no StatefulSet"))
        .isEmpty();
    assertThat(rehearsal.text()).contains(warns ? "\nwarnings\n" : "\nblockers\n").contains(lines);
  }

  /** The first row of each level, as the operator runs it: exit code, JSON document, text. */
  @ParameterizedTest
  @EnumSource
  void commandExitsWithThreeForBlockersAndPrintsTheSame(ExpectedLevel level) throws Exception {
    FaultRow row = faults().filter(one -> one.level() == level).findFirst().orElseThrow();
    objects.serve(changed(row));
    Rehearsal rehearsal = rehearse(config);

    CommandLineRun json = dryRun(config, "--output", "json");

    assertThat(json.code()).as(json.toString()).isEqualTo(level == ExpectedLevel.WARNS ? 0 : 3);
    assertThat(lines(json.json(), "obstacles")).isEqualTo(rehearsal.obstacles());
    assertThat(lines(json.json(), "warnings")).isEqualTo(rehearsal.warnings());
    assertThat(json.json().path("text").asText()).contains(row.line());
  }

  /** With what must not be taken for a fault, in versions that a test API server does not have. */
  @Test
  void printsNothingForCorrectCluster() throws Exception {
    objects.serve(withPods(cluster));

    CommandLineRun json = dryRun(config, "--output", "json");

    assertThat(json.code()).as(json.toString()).isZero();
    assertThat(lines(json.json(), "obstacles")).isEmpty();
    assertThat(lines(json.json(), "warnings")).isEmpty();
    assertThat(json.json().path("text").asText())
        .contains("no blockers")
        .doesNotContain("\nwarnings\n");
    System.out.println("newer objects on a mock: " + objects.kinds());
    assertThat(objects.kinds())
        .contains(
            "autoscaling/v2 HorizontalPodAutoscaler",
            "batch/v1 CronJob",
            "policy/v1 PodDisruptionBudget");
    assertThat(objects.requests())
        .as("by the version that the server names")
        .filteredOn(request -> request.contains("/eviction"))
        .hasSize(3)
        .allMatch(request -> request.endsWith(" policy/v1"));
  }

  /** 9: the address of a host stays. */
  @Test
  void acceptsHostAddressAsId() throws Exception {
    objects.serve(
        withPods(cluster)
            .replace("podIP: 10.0.0.0", "podIP: 127.0.0.1")
            .replace("spec: {nodeName: n}", "spec: {nodeName: n, hostNetwork: true}"));

    Rehearsal rehearsal = rehearse(config);

    assertThat(rehearsal.obstacles()).isEmpty();
    assertThat(rehearsal.warnings()).isEmpty();
  }

  /** 12: the first pod that moves to the other node takes the only place there. */
  @Test
  void placesPodsOneAfterTheOther() throws Exception {
    objects.serve(
        withPods(cluster)
            .replace(BROKER_CONTAINERS, BROKERS_APART + BROKER_CONTAINERS)
            .replace(BOOKIE_INITS, "      tolerations: [{operator: Exists}]\n" + BOOKIE_INITS)
            .replace(STORES, STORES + "\n" + node("n", "{unschedulable: true}") + node("m", "{}")));

    Rehearsal rehearsal = rehearse(config);

    assertThat(rehearsal.obstacles())
        .singleElement()
        .asString()
        .contains("broker-1 (another pod that anti-affinity excludes: m; cordoned: n)");
    assertThat(rehearsal.warnings())
        .singleElement()
        .asString()
        .contains("start next on another node: broker-0 (cordoned: n)");
  }

  /** 7: the Apache chart has no blocker; its other servers need changes before ZooKeeper goes. */
  @Test
  void printsWhatAChartNeedsBeforeZooKeeperIsRemoved() throws Exception {
    objects.serve(withPods(resource("/deployments/chart.yaml"), "pulsar-"));

    Rehearsal rehearsal = rehearse(chartConfig());

    assertThat(rehearsal.obstacles()).isEmpty();
    assertThat(rehearsal.warnings())
        .filteredOn(line -> !line.contains("the chart's next upgrade"))
        .extracting(line -> line.replaceFirst(":.*\\(([A-Z_]+)\\).*", " $1"))
        .containsExactlyInAnyOrder(
            "container wait-zookeeper-ready of StatefulSet pulsar-broker"
                + " ASKS_ZOOKEEPER_AT_START",
            "container wait-bookkeeper-ready of StatefulSet pulsar-broker"
                + " ASKS_ZOOKEEPER_AT_START",
            "container wait-zookeeper-ready of StatefulSet pulsar-proxy"
                + " ASKS_ZOOKEEPER_AT_START");
  }

  /** The chart's second and third version; AutoRecovery and workers of its own block. */
  @ParameterizedTest
  @CsvSource({
    "2, pulsar-recovery has zkServers, container pulsar-broker",
    "3, pulsar-function-worker has PF_configurationMetadataStoreUrl, ''"
  })
  void printsWhatAnOlderChartNeeds(int version, String user, String asks) throws Exception {
    objects.serve(withPods(resource("/deployments/chart-%d.yaml".formatted(version)), "pulsar-"));

    Rehearsal rehearsal = rehearse(chartConfig());

    assertThat(rehearsal.obstacles())
        .hasSize(version - 1)
        .allMatch(line -> line.contains("(OTHER_METADATA_USER)"))
        .anyMatch(line -> line.replace(":", "").contains(user));
    assertThat(rehearsal.warnings())
        .filteredOn(line -> !line.contains("the chart's next upgrade"))
        .extracting(line -> line.replaceFirst(":.*\\(([A-Z_]+)\\).*", " $1"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(
                    "StatefulSet pulsar-bookie SLOW_START",
                    "container wait-zookeeper-ready of StatefulSet pulsar-broker"
                        + " ASKS_ZOOKEEPER_AT_START",
                    "container wait-bookkeeper-ready of StatefulSet pulsar-broker"
                        + " ASKS_ZOOKEEPER_AT_START",
                    asks.isEmpty()
                        ? ""
                        : asks + " of StatefulSet pulsar-broker ASKS_ZOOKEEPER_AT_START",
                    "container wait-zookeeper-ready of StatefulSet pulsar-proxy"
                        + " ASKS_ZOOKEEPER_AT_START",
                    "container pulsar-toolset of StatefulSet pulsar-toolset OTHER_METADATA_USER",
                    "container pulsar-pulsar-init of Job pulsar-pulsar-init SET_UP_COMMAND")
                .filter(line -> !line.isEmpty())
                .toList());
    assertThat(rehearsal.warnings())
        .anyMatch(line -> line.contains("each time it starts, on ZooKeeper, which it names"));
  }

  /** Common values of the chart, in its second and fourth version. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PF_workerPort | PF_configurationMetadataStoreUrl: 'zk:zk:2281', PF_workerPort |"
            + " has PF_configurationMetadataStoreUrl and is not a node of this move",
        "args: [\"set -e; | args: [\"bin/bookkeeper shell bookieformat -nonInteractive -force"
            + " -deleteCookie; | STORE_FORMAT_FORCED",
        "'  - {metadata: {name: journal}' | '  - {metadata: {name: common}' |"
            + " keeps /pulsar/data/bookkeeper/journal on volume journal, which is nowhere",
      })
  void printsFindingsForCommonChartValues(String from, String to, String line) throws Exception {
    String chart = resource("/deployments/chart.yaml");
    assertThat(chart).contains(from);
    objects.serve(withPods(chart.replace(from, to), "pulsar-"));

    assertThat(rehearse(chartConfig()).obstacles()).singleElement().asString().contains(line);
  }

  /** 12: AutoRecovery may be a Deployment, whose pods have other names each time. */
  @Test
  void checksNodesForPodsOfADeployment() throws Exception {
    Path recovery =
        config(
            "recovery.yaml",
            "{kind: kubernetes, namespace: p, kubeconfig: \"%s\", layout: plain, bookies: bookie, brokers: broker, autoRecovery: recovery}"
                .formatted(objects.kubeconfig(folder)));
    objects.serve(
        withPods(cluster)
            + node("n", "{}")
            + """
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: recovery, namespace: p, uid: d07, labels: {app: recovery}}
            spec:
              replicas: 1
              selector: {matchLabels: {app: recovery}}
              template: {spec: {nodeSelector: {disk: fast}, containers: [{name: r, image: pulsar, command: [sh, -c, "bin/apply-config-from-env.py conf/bookkeeper.conf && exec bin/bookkeeper autorecovery"]}]}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: recovery-7f-x, namespace: p, uid: p9, labels: {app: recovery}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: recovery-7f, uid: r7}]}
            spec: {nodeName: n}
            status: {phase: Running}
            """);

    assertThat(rehearse(recovery).obstacles())
        .singleElement()
        .satisfies(
            line ->
                assertThat(line)
                    .contains(
                        "recovery-7f-x (no match of nodeSelector {disk=fast}: n)",
                        "NEXT_POD_HAS_NO_NODE"));
  }

  /** 12: a budget that allows nothing now may allow it in the window. */
  @Test
  void warnsOfDisruptionBudgetForEachBookie() throws Exception {
    objects.serve(withPods(cluster).replace("maxUnavailable: 1", "maxUnavailable: 0"));

    Rehearsal rehearsal = rehearse(config);

    assertThat(rehearsal.obstacles()).isEmpty();
    assertThat(rehearsal.warnings())
        .hasSize(3)
        .allMatch(line -> line.contains("a PodDisruptionBudget does not allow it"));
  }

  /** 6: the text, as the operator sees it, and what was confirmed by name. */
  @Test
  void printsConfirmedFindingsAsWarnings() throws Exception {
    objects.serve(
        withPods(cluster)
            .replace(BROKER_META, BROKER_META + ", annotations: {argocd.argoproj.io/instance: x}"));
    Path confirmed =
        Files.writeString(
            folder.resolve("confirmed.yaml"),
            Files.readString(config)
                .replace("  driver:", "  accept: [\"MANAGED_BY_GITOPS:broker\"]\n  driver:"));

    CommandLineRun run = dryRun(confirmed);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out())
        .contains("\nwarnings\n  accepted as MANAGED_BY_GITOPS:broker: ", "\nno blockers\n");
    assertThat(rehearse(config).text())
        .contains("\nblockers\n", "(MANAGED_BY_GITOPS)")
        .doesNotContain("\nwarnings\n");
  }

  /** 4 and 2: a driver that can read neither what a node has nor what surrounds it. */
  @Test
  void warnsOfWhatCommandDriverCannotRead() throws Exception {
    Path commands =
        config(
            "commands.yaml",
            "{kind: command, stop: \"true\", configure: \"true\", start: \"true\", probe:"
                + " \"true\"}");

    Rehearsal rehearsal = rehearse(commands);

    assertThat(rehearsal.obstacles()).isEmpty();
    assertThat(rehearsal.warnings())
        .filteredOn(line -> line.startsWith("not verifiable: which address of ZooKeeper"))
        .hasSize(5)
        .allMatch(line -> line.contains("cutover.originals: {"));
    assertThat(rehearsal.warnings())
        .filteredOn(line -> line.contains("(DEPLOYMENT_NOT_READ)"))
        .hasSize(1);
  }

  /** 11, and what else a compose file may have: one file with all of it, one without. */
  @Test
  void printsLineOfEachFaultInComposeFile() throws Exception {
    Compose faulty =
        compose(
            "faulty",
            service("bookie-0", "restart: always, network_mode: host", BOOKIE_COMMAND),
            service(
                "bookie-1",
                "restart: always, network_mode: host, tmpfs: [/pulsar/data]",
                BOOKIE_COMMAND),
            service("bookie-2", "restart: always, volumes: [" + DATA + "]", BOOKIE_COMMAND),
            service("broker-0", "restart: always", "exec bin/pulsar broker"),
            service("broker-1", "restart: 'no'", BROKER_COMMAND),
            service("pulsar-init", "restart: 'no'", "bin/pulsar initialize-cluster-metadata"),
            service("clean-up", "restart: 'no'", "yes | bin/bookkeeper shell metaformat"),
            service("proxy", "environment: {zookeeperServers: zk}", "exec bin/pulsar proxy"),
            service("ws", "environment: {metadataStoreUrl: 'zk:zk'}", "bin/pulsar websocket"),
            service(
                "updater",
                "volumes: [{type: bind, source: /var/run/docker.sock, target:"
                    + " /var/run/docker.sock}]",
                "/watchtower"));

    String text = faulty.rehearse(3);

    for (String line :
        List.of(
            "service bookie-0: keeps /pulsar/data/bookkeeper/ledgers in the container itself",
            "service bookie-1: keeps /pulsar/data/bookkeeper/journal on a tmpfs",
            "service bookie-2: has bookies whose id is the address",
            "service broker-0: does not run bin/apply-config-from-env.py",
            "service clean-up: answers the confirmation of a format command",
            "service pulsar-init: runs initialize-cluster-metadata each time it starts, then on the"
                + " new store (SET_UP_COMMAND); start services with `up -d --no-deps SERVICE`",
            "docker compose up -d --no-deps proxy",
            "docker compose stop ws` in hooks.stopMetadataWriters",
            "container updater of service updater: has the container engine's socket",
            "brokers "
                + bed.brokers.get(1).id
                + ": on etcd a broker that pauses past its session")) {
      assertThat(text).contains(line);
    }
  }

  @Test
  void printsNothingForCorrectComposeFile() throws Exception {
    String own = "restart: always, network_mode: host, volumes: [" + DATA + "]";
    Compose clean =
        compose(
            "clean",
            service("bookie-0", own, BOOKIE_COMMAND),
            service("bookie-1", own, BOOKIE_COMMAND),
            service("bookie-2", own, BOOKIE_COMMAND),
            service("broker-0", "restart: always", BROKER_COMMAND),
            service("broker-1", "restart: always", BROKER_COMMAND),
            service("zookeeper", "restart: always", "exec bin/pulsar zookeeper"),
            service(
                "proxy", "environment: {brokerServiceURL: 'pulsar://b'}", "exec bin/pulsar proxy"));

    assertThat(clean.rehearse(0)).contains("no blockers").doesNotContain("warnings", "service ");
  }

  private static final String DATA = "{type: volume, source: data, target: /pulsar/data}";
  private static final String BOOKIE_COMMAND =
      "bin/apply-config-from-env.py conf/bookkeeper.conf && exec bin/pulsar bookie";
  private static final String BROKER_COMMAND =
      "bin/apply-config-from-env.py conf/broker.conf && exec bin/pulsar broker";

  private static String service(String name, String more, String command) {
    return "  %s: {command: [sh, -c, '%s'], %s}\n"
        .formatted(name, command.replace("'", "''"), more);
  }

  /** As {@code docker compose config} prints it, by a program in docker's place. */
  private static Compose compose(String name, String... services) throws IOException {
    Path home = Files.createDirectories(folder.resolve(name));
    Path base = Files.writeString(home.resolve("docker-compose.yaml"), "services: {}\n");
    Object rendered = new Yaml().load("services:\n" + String.join("", services));
    Files.writeString(
        home.resolve("rendered.json"), new ObjectMapper().writeValueAsString(rendered));
    Path docker = home.resolve("docker");
    Files.writeString(
        docker,
        """
        #!/bin/sh
        case "$*" in
          *--output*) for last; do :; done; cat %s/rendered.json >"$last" ;;
          *" ps "*) echo 0123456789ab ;;
          *State.Running*) echo true ;;
          *config_files*) echo %s ;;
        esac
        """
            .formatted(home, base));
    Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwx------"));
    return new Compose(home, config(name + ".yaml", "{kind: compose, file: \"" + base + "\"}"));
  }

  private record Compose(Path home, Path config) {
    /** The rehearsal's text. */
    String rehearse(int code) {
      Map<String, String> path = Map.of("PATH", home + ":" + System.getenv("PATH"));
      try (MigrateCommand run =
          MigrateCommand.start(
              home.resolve("run"),
              path,
              "cutover",
              "--dry-run",
              "--confirm",
              "c1",
              "--config",
              config.toString())) {
        assertThat(run.awaitEnd()).as(run.log()).isEqualTo(code);
        return run.log();
      }
    }
  }

  private static FaultRow row(
      int number,
      String name,
      String from,
      String to,
      String id,
      ExpectedLevel level,
      String line) {
    return new FaultRow(number, name, from, to, id, level, line);
  }

  /** Several changes. */
  private static FaultRow row(
      int number,
      String name,
      List<String> from,
      List<String> to,
      String id,
      ExpectedLevel level,
      String line) {
    return new FaultRow(
        number, name, String.join("\0", from), String.join("\0", to), id, level, line);
  }

  private static FaultRow quiet(int number, String name, List<String> from, List<String> to) {
    return row(number, name, from, to, "", ExpectedLevel.WARNS, "");
  }

  private static FaultRow quiet(int number, String name, String object) {
    return added(number, name, object, "", ExpectedLevel.WARNS, "");
  }

  /** Scripts that are mounted into the brokers' folder of configuration, each by itself. */
  private static FaultRow script(String name, String data, String id, String line) {
    String mounts =
        Stream.of("bkenv.sh", "pulsar_env.sh")
            .filter(data::contains)
            .map(one -> "{name: env, mountPath: /pulsar/conf/%s, subPath: %s}".formatted(one, one))
            .collect(Collectors.joining(", "));
    return row(
        10,
        name,
        List.of(BROKER_CONTAINERS, STORES),
        List.of(
            "      volumes: [{name: env, configMap: {name: env}}]\n"
                + BROKER_CONTAINERS
                + "\n          volumeMounts: ["
                + mounts
                + "]",
            STORES
                + """

                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: env, namespace: p}
                data: {%s}
                """
                    .formatted(data)),
        id,
        ExpectedLevel.CONFIRM,
        line);
  }

  /** One more init container of the bookies. */
  private static FaultRow first(
      int number, String name, String command, String id, ExpectedLevel level, String line) {
    String more =
        "        - {name: first, image: pulsar, command: [sh, -c, \"" + command + "\"]}\n";
    return row(number, name, BOOKIES_FIRST, more + BOOKIES_FIRST, id, level, line);
  }

  private static FaultRow added(
      int number, String name, String object, String id, ExpectedLevel level, String line) {
    return row(number, name, "", object, id, level, line);
  }

  private static String node(String name, String spec) {
    return """
    ---
    apiVersion: v1
    kind: Node
    metadata: {name: %s, labels: {kubernetes.io/hostname: %s}}
    spec: %s
    """
        .formatted(name, name, spec);
  }

  /** Pods with a volume of their own, whose claim has a fault. */
  private static FaultRow claimed(String name, String claim, String line) {
    return row(
        1,
        name,
        List.of("spec: {nodeName: n}", STORES),
        List.of(CLAIMED, STORES + "\n" + claim),
        "NEXT_POD_LACKS_OBJECT",
        ExpectedLevel.BLOCKS,
        line);
  }

  private static String claim(String metadata, String phase) {
    return """
    ---
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {%sname: l, namespace: p}
    spec: {volumeName: v}
    status: {phase: %s}
    """
        .formatted(metadata, phase);
  }

  private static String account(String name) {
    return """
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: %s, namespace: p}
    """
        .formatted(name);
  }

  /** A node that reports what it can give to pods. */
  private static String room(String name, String allocatable) {
    return node(name, "{}") + "status: {allocatable: {" + allocatable + "}}\n";
  }

  /** A pod of another namespace. */
  private static String pod(String name, String node, String requests) {
    return """
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: %s, namespace: q}
    spec: {nodeName: %s, containers: [{name: o, image: o, resources: {requests: {%s}}}]}
    status: {phase: Running}
    """
        .formatted(name, node, requests);
  }

  private static String secret(String name, String key) {
    return """
    ---
    apiVersion: v1
    kind: Secret
    metadata: {name: %s, namespace: p}
    data: {%s: eA==}
    """
        .formatted(name, key);
  }

  private static String quota(String resource, String hard, String used) {
    return """
    ---
    apiVersion: v1
    kind: ResourceQuota
    metadata: {name: all, namespace: p}
    spec: {hard: {%s: "%s"}}
    status: {used: {%s: "%s"}}
    """
        .formatted(resource, hard, resource, used);
  }

  /** A quota for pods of some priority classes. */
  private static String quotaOf(String classes, String hard, String used) {
    return quota("pods", hard, used)
        .replace(
            "spec: {",
            "spec: {scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: %s}]}, "
                .formatted(classes));
  }

  /** A quota for pods that may name pods of other namespaces. */
  private static String crossNamespace() {
    return quota("pods", "0", "0")
        .replace("spec: {", "spec: {scopes: [CrossNamespacePodAffinity], ");
  }

  private static String runtime(String more) {
    return """
    ---
    apiVersion: node.k8s.io/v1
    kind: RuntimeClass
    metadata: {name: gvisor}
    handler: runsc
    %s
    """
        .formatted(more);
  }

  private static String priority(String name, boolean isDefault) {
    return """
    ---
    apiVersion: scheduling.k8s.io/v1
    kind: PriorityClass
    metadata: {name: %s}
    globalDefault: %s
    value: 1000
    """
        .formatted(name, isDefault);
  }

  /** As the API server stores it, with what it adds by itself. */
  private static String range(String container) {
    return """
    ---
    apiVersion: v1
    kind: LimitRange
    metadata: {name: sizes, namespace: p}
    spec: {limits: [{type: Container, %s}]}
    """
        .formatted(container);
  }

  /** A pod of the same image that does not run. */
  private static String waiting(String reason) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: late, namespace: p}
    spec: {containers: [{name: o, image: pulsar, command: [bin/pulsar, proxy]}]}
    status: {phase: Pending, containerStatuses: [{name: o, image: pulsar, state: {waiting: {reason: %s}}}]}
    """
        .formatted(reason);
  }

  /** A Deployment with an address of ZooKeeper. */
  private static FaultRow user(
      int number, String name, String command, ExpectedLevel level, String line) {
    String object =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: other, namespace: p}
        spec: {template: {spec: {containers: [{name: o, image: pulsar, command: [sh, -c, "exec bin/%s"], env: [{name: zookeeperServers, value: "zk:2181"}]}]}}}
        """
            .formatted(command);
    return added(number, name, object, "OTHER_METADATA_USER", level, line);
  }

  private static String changed(FaultRow row) {
    String manifests = withPods(cluster);
    if (row.from().isEmpty()) {
      return manifests + "---\n" + row.to();
    }
    String[] from = row.from().split("\0", -1);
    String[] to = row.to().split("\0", -1);
    for (int i = 0; i < from.length; i++) {
      assertThat(manifests).contains(from[i]);
      manifests = manifests.replace(from[i], to[i]);
    }
    return manifests;
  }

  private static String resource(String name) throws IOException {
    try (InputStream manifests = DeploymentListTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(manifests).readAllBytes(), UTF_8);
    }
  }

  private static String withPods(String manifests) {
    return withPods(manifests, "");
  }

  private static String withPods(String manifests, String prefix) {
    StringBuilder all = new StringBuilder(manifests);
    for (int i = 0; i < 5; i++) {
      String set = i < 3 ? "bookie" : "broker";
      all.append(
          """
          ---
          apiVersion: v1
          kind: Pod
          metadata: {name: %s, namespace: p, uid: p%d, labels: {app: %s, component: %s}, ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: %s, uid: %s}]}
          spec: {nodeName: n}
          status: {phase: Running, podIP: 10.0.0.0, conditions: [{type: Ready, status: "True"}]}
          """
              .formatted(prefix + pod(i), i, set, set, prefix + set, i < 3 ? "b00" : "b01"));
    }
    return all.toString();
  }

  private static String pod(int node) {
    return node < 3 ? "bookie-" + node : "broker-" + (node - 3);
  }

  /** The bed's cluster, each node with its pod. */
  private static Path config(String name, String driver) throws IOException {
    Path file =
        bed.fileWith(
            name,
            "  driver: %s\ncontrol: {listen: \"127.0.0.1:%d\"}\n"
                .formatted(driver, FreePorts.next()));
    String text = Files.readString(file);
    List<StandIn> nodes = bed.all();
    for (int i = 0; i < nodes.size(); i++) {
      String id = "{id: \"" + nodes.get(i).id + "\"";
      assertThat(text).contains(id);
      text = text.replace(id, id + ", node: " + pod(i));
    }
    return Files.writeString(file, text);
  }

  private static CommandLineRun dryRun(Path file, String... more) {
    List<String> words = new ArrayList<>(List.of("cutover", "--dry-run", "--confirm", "c1"));
    words.addAll(List.of("--config", file.toString()));
    words.addAll(List.of("--state-folder", folder.resolve("state").toString()));
    words.addAll(List.of(more));
    return CommandLineRun.migrate(words.toArray(String[]::new));
  }

  private static Path chartConfig() throws IOException {
    return Files.writeString(
        folder.resolve("chart.yaml"),
        Files.readString(config)
            .replace("layout: plain, bookies: bookie, brokers: broker", CHART_SETS)
            .replace("node: ", "node: pulsar-"));
  }

  /** As the command does it, on stores that are open already. */
  private static Rehearsal rehearse(Path file) {
    Configuration configuration = Configuration.load(file);
    try (RestartDriver driver =
        Drivers.of(
            configuration.cutover().driver().orElseThrow(),
            folder.resolve("state"),
            node -> true)) {
      return Rehearsal.of(
          bed.stores, configuration, Strategy.ROLLING, driver, health, false, Set.of());
    }
  }

  private static List<String> lines(JsonNode rehearsal, String section) {
    assertThat(rehearsal.path(section).isArray()).as(section).isTrue();
    return StreamSupport.stream(rehearsal.path(section).spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }
}
