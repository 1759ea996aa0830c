package io.metamigrate.migrator.deployment;

import static io.metamigrate.migrator.deployment.Deployed.SERVES;
import static io.metamigrate.migrator.deployment.Deployed.init;
import static io.metamigrate.migrator.deployment.Deployed.kept;
import static io.metamigrate.migrator.deployment.Deployed.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import io.metamigrate.migrator.deployment.Mount.Storage;
import io.metamigrate.migrator.deployment.Workload.Scaling;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule on a workload that has its fault; all of them are silent on one that has none. */
final class DeploymentRulesTest {
  private static final String BROKER =
      "sh -c bin/apply-config-from-env.py conf/broker.conf && exec bin/pulsar broker";

  @Test
  void plainDeploymentHasNoFinding() {
    Workload bookie = Deployed.bookie(server());
    Workload broker =
        Deployed.of(
            Role.BROKER, "broker", server(BROKER, Map.of("metadataStoreUrl", "zk:zk:2181")));
    Workload proxy =
        Deployed.of(
            Role.OTHER,
            "proxy",
            server("bin/pulsar proxy", Map.of("brokerServiceURL", "pulsar://b:6650")));
    Workload zookeeper =
        Deployed.of(
            Role.OTHER, "zk", server("bin/pulsar zookeeper", Map.of("zookeeperServers", "zk-0")));
    Workload store =
        Deployed.of(
            Role.OTHER,
            "cs",
            server("bin/pulsar configuration-store", Map.of("zookeeperServers", "cs-0")));

    assertThat(DeploymentRules.of(List.of(bookie, broker, proxy, zookeeper, store))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "reloader.stakater.com/auto, true, Reloader",
    "configmap.reloader.stakater.com/reload, broker, Reloader",
    "keel.sh/policy, minor, Keel",
    "wave.pusher.com/update-on-config-change, true, Wave",
    "kube-monkey/enabled, enabled, kube-monkey",
    "descheduler.alpha.kubernetes.io/evict, true, the descheduler",
    "com.centurylinklabs.watchtower.enable, true, watchtower",
    "autoheal, true, autoheal",
    "autoheal-app, 'true', autoheal",
    "Autoheal, true, autoheal",
    "io.containers.autoupdate, registry, podman auto-update"
  })
  void programThatRestartsNodesIsConfirmed(String mark, String value, String tool) {
    assertFound(marked(mark, value), "RESTARTED_BY_OTHERS", Severity.CONFIRM, tool);
  }

  @ParameterizedTest
  @CsvSource({
    "reloader.stakater.com/auto, false",
    "keel.sh/policy, never",
    "com.centurylinklabs.watchtower.enable, False",
    "io.containers.autoupdate, disabled",
    "io.containers.autoupdate, none",
    "app, autoheal"
  })
  void nodeThatIsLeftAloneHasNoFinding(String mark, String value) {
    assertThat(DeploymentRules.of(List.of(marked(mark, value)))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/var/run/docker.sock",
        "/run/podman/podman.sock",
        "/run/containerd/containerd.sock"
      })
  void containerWithTheEnginesSocketIsConfirmed(String path) {
    Workload other =
        Deployed.of(Role.OTHER, "watchtower", server("/watchtower", Map.of(), kept(path)));

    Workload own =
        Deployed.of(
            Role.OTHER,
            "migrate",
            server("/opt/metamigrate/bin/migrate run --config /move.yaml", Map.of(), kept(path)));

    assertFound(other, "RESTARTED_BY_OTHERS", Severity.CONFIRM, path);
    assertThat(DeploymentRules.of(List.of(own))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bin/bookkeeper shell bookieformat <<< Y; ",
        "bin/bookkeeper shell metaformat <<<'yes'; ",
        "cd /pulsar && rm -rf ./data/bookkeeper; "
      })
  void formatInAnotherSpellingBlocks(String first) {
    assertFound(
        Deployed.bookie(server(first + SERVES, Map.of(), kept("/pulsar/data"))),
        "STORE_FORMAT_FORCED",
        Severity.BLOCKER,
        "");
  }

  /** Its command line wins over its settings. */
  @ParameterizedTest
  @ValueSource(
      strings = {"-zk zk:2181", "--zookeeper-servers=zk:2181", "--metadata-store zk:zk:2181"})
  void proxyWithAnAddressInItsCommandIsConfirmed(String option) {
    assertFound(
        Deployed.of(Role.OTHER, "proxy", server("bin/pulsar proxy " + option, Map.of())),
        "OTHER_METADATA_USER",
        Severity.CONFIRM,
        option.replaceFirst("[ =].*", ""));
    assertThat(
            DeploymentRules.of(
                List.of(
                    Deployed.of(
                        Role.OTHER,
                        "proxy",
                        server("bin/pulsar proxy --metadata-store etcd:http://e:2379", Map.of())))))
        .isEmpty();
  }

  @Test
  void ownerBlocksWithoutAcceptance() {
    Workload owned =
        new Workload(
            "StatefulSet",
            "bookie",
            Role.BOOKIE,
            List.of(server()),
            List.of("PulsarCluster prod"),
            Map.of(),
            Scaling.one(),
            List.of());

    assertFound(owned, "OWNED_BY_OPERATOR", Severity.BLOCKER, "PulsarCluster prod");
  }

  @ParameterizedTest
  @CsvSource({
    "argocd.argoproj.io/tracking-id, prod:apps/StatefulSet:p/bookie, Argo CD",
    "manager:argocd-controller, '', Argo CD",
    "app.kubernetes.io/managed-by, argocd, Argo CD",
    "rollouts.argoproj.io/revision, 3, Argo CD",
    "kustomize.toolkit.fluxcd.io/name, prod, Flux",
    "manager:kustomize-controller, '', Flux",
    "fleet.cattle.io/bundle-id, prod, Fleet",
    "manager:fleetagent, '', Fleet",
    "configmanagement.gke.io/managed, enabled, Config Sync",
    "configsync.gke.io/resource-id, x, Config Sync",
    "kapp.k14s.io/app, '1', kapp",
    "manager:helm-controller, '', Flux",
    "app.kubernetes.io/managed-by, pulsar-operator, pulsar-operator",
    "app.kubernetes.io/managed-by, StreamNative, streamnative",
    "manager:manager, '', manager",
    "manager:cluster-operator, '', cluster-operator",
    "crossplane.io/external-name, x, Crossplane",
    "objectset.rio.cattle.io/hash, x, Fleet",
    "addonmanager.kubernetes.io/mode, Reconcile, the addon manager",
    "manager:kluctl.io, '', Kluctl",
    "app.oam.dev/name, x, KubeVela",
    "projectsveltos.io/reference-name, x, Sveltos",
    "open-cluster-management.io/hub-cluster, x, Open Cluster Management"
  })
  void gitOpsBlocksUntilItsPauseIsConfirmed(String mark, String value, String tool) {
    assertFound(marked(mark, value), "MANAGED_BY_GITOPS", Severity.CONFIRM, tool);
  }

  @ParameterizedTest
  @CsvSource({
    "app.kubernetes.io/managed-by, Helm",
    "app.kubernetes.io/instance, prod",
    "app.kubernetes.io/managed-by, kubectl-apply",
    "app.kubernetes.io/managed-by, Terraform",
    "addonmanager.kubernetes.io/mode, EnsureExists",
    "manager:fabric8-kubernetes-client, ''",
    "manager:kubectl-client-side-apply, ''",
    "manager:kube-controller-manager, ''"
  })
  void ignoresOtherAnnotations(String mark, String value) {
    assertThat(DeploymentRules.of(List.of(marked(mark, value)))).isEmpty();
  }

  @Test
  void podAddressAsBookieIdBlocks() {
    Workload bookie =
        new Workload(
            "StatefulSet",
            "bookie",
            Role.BOOKIE,
            List.of(server()),
            List.of(),
            Map.of(),
            Scaling.one(),
            List.of("10.1.2.3:3181"));

    assertFound(bookie, "BOOKIE_ID_IS_ADDRESS", Severity.BLOCKER, "10.1.2.3:3181");
  }

  @Test
  void serverIgnoringVariablesNeedsConfirmation() {
    assertFound(
        Deployed.bookie(server("bin/pulsar bookie", Map.of(), kept("/pulsar/data"))),
        "VARIABLES_NOT_READ",
        Severity.CONFIRM,
        "old settings");
    assertFound(
        Deployed.bookie(server("", Map.of(), kept("/pulsar/data"))),
        "VARIABLES_NOT_READ",
        Severity.WARNING,
        "does not name its command");
  }

  /** The program that lays variables over a file writes another one than the server reads. */
  @ParameterizedTest
  @CsvSource({
    "BOOKIE_CONF, /etc/bk/bookkeeper.conf, bin/apply-config-from-env.py conf/bookkeeper.conf &&"
        + " exec bin/bookkeeper bookie",
    "PULSAR_BOOKKEEPER_CONF, /etc/bk/bookkeeper.conf, bin/apply-config-from-env.py"
        + " conf/bookkeeper.conf && exec bin/pulsar bookie",
    "A, b, bin/apply-config-from-env.py conf/bookkeeper.conf && exec bin/bookkeeper bookie --conf"
        + " /etc/bk/bookkeeper.conf",
    "A, b, bin/apply-config-from-env.py conf/bookkeeper.conf && BOOKIE_CONF=/etc/bk/bookkeeper.conf"
        + " bin/bookkeeper bookie",
    "A, b, bin/apply-config-from-env.py conf/broker.conf && exec bin/pulsar bookie",
    "A, b, bin/apply-config-from-env-with-prefix.py BK_ conf/bookkeeper.conf && exec bin/pulsar"
        + " bookie"
  })
  void variablesThatGoElsewhereNeedConfirmation(String name, String value, String command) {
    assertFound(
        Deployed.bookie(server("sh -c " + command, Map.of(name, value), kept("/pulsar/data"))),
        "VARIABLES_NOT_READ",
        Severity.CONFIRM,
        "old settings");
  }

  @ParameterizedTest
  @CsvSource({
    "BOOKIE_CONF, /etc/bk/bookkeeper.conf, bin/apply-config-from-env.py /etc/bk/bookkeeper.conf &&"
        + " exec bin/bookkeeper bookie",
    "BOOKIE_CONF, /etc/bk/bookkeeper.conf, bin/apply-config-from-env.py $BOOKIE_CONF; exec"
        + " bin/bookkeeper bookie",
    "BOOKIE_CONF, x.conf, bin/apply-config-from-env.py conf/bookkeeper.conf && exec bin/pulsar"
        + " bookie",
    "A, b, bin/apply-config-from-env.py $CONF && exec bin/pulsar bookie",
    "A, b, bin/apply-config-from-env.py ./conf/bookkeeper.conf && exec bin/pulsar bookie",
    "A, b, bin/apply-config-from-env.py conf/x.conf && BOOKIE_CONF=$CONF bin/bookkeeper bookie",
    "A, b, bin/apply-config-from-env.py conf/bkenv.sh conf/bookkeeper.conf && exec bin/pulsar"
        + " bookie",
    "A, b, bin/apply-config-from-env.py /pulsar/conf/bookkeeper.conf && exec bin/pulsar bookie",
    "A, b, bin/apply-config-from-env-with-prefix.py PULSAR_PREFIX_ conf/bookkeeper.conf && exec"
        + " bin/pulsar bookie"
  })
  void variablesOfTheServersFileAreRead(String name, String value, String command) {
    assertThat(
            DeploymentRules.of(
                List.of(
                    Deployed.bookie(
                        server("sh -c " + command, Map.of(name, value), kept("/pulsar/data"))))))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "PULSAR_BROKER_CONF, /etc/p/broker.conf, exec bin/pulsar broker",
    "A, b, exec bin/pulsar broker --broker-conf /etc/p/broker.conf",
    "A, b, exec bin/pulsar broker -c /etc/p/broker.conf"
  })
  void brokersFileMayBeAnother(String name, String value, String command) {
    Workload written =
        Deployed.of(
            Role.BROKER,
            "broker",
            server(
                "bin/apply-config-from-env.py /etc/p/broker.conf; " + command,
                Map.of(name, value)));
    Workload other =
        Deployed.of(
            Role.BROKER,
            "broker",
            server(
                "bin/apply-config-from-env.py conf/broker.conf; " + command, Map.of(name, value)));

    assertThat(DeploymentRules.of(List.of(written))).isEmpty();
    assertFound(other, "VARIABLES_NOT_READ", Severity.CONFIRM, "on /etc/p/broker.conf");
  }

  @ParameterizedTest
  @CsvSource({
    "'if a; then\n  PULSAR_BROKER_CONF=/b.conf\nfi', VARIABLES_NOT_READ, CONFIRM, which file",
    "'PULSAR_BROKER_CONF=$(pwd)/b.conf', VARIABLES_NOT_READ, CONFIRM, which file",
    "'OPTS=\"$OPTS $(jvm)\"; unset OPTS', SETTINGS_OVERRIDDEN, CONFIRM, whether OPTS keeps",
    "'[ -n \"$OPTS\" ] || OPTS=-Da', SETTINGS_OVERRIDDEN, CONFIRM, whether OPTS keeps",
    "OPTS=$(OPTS=), SETTINGS_OVERRIDDEN, CONFIRM, whether OPTS keeps",
    "'if a; then\n  OPTS=$OPTS2\nfi', SETTINGS_OVERRIDDEN, CONFIRM, whether OPTS keeps",
    "'A_OPTS=`jvm`', SETTINGS_OVERRIDDEN, WARNING, whether A_OPTS overrides",
    "'A_OPTS=\"$A_OPTS $(jvm)\"', SETTINGS_OVERRIDDEN, WARNING, whether A_OPTS overrides"
  })
  void scriptThatIsNotReadForCertainIsNotVerifiable(
      String script, String id, Severity level, String problem) {
    assertThat(DeploymentRules.of(List.of(broker(script))))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.id()).isEqualTo(id);
              assertThat(found.level()).isEqualTo(level);
              assertThat(found.message()).contains("cannot be read for certain", problem);
              assertThat(found.message()).endsWith("is not verifiable");
            });
  }

  @Test
  void scriptThatMayDoAnythingHasAllFindings() {
    for (String script : List.of(". /etc/more.sh", "#".repeat(100_000))) {
      assertThat(DeploymentRules.of(List.of(broker(script))))
          .extracting(found -> found.id() + " " + found.level())
          .containsExactly(
              "VARIABLES_NOT_READ CONFIRM",
              "SETTINGS_OVERRIDDEN CONFIRM",
              "SETTINGS_OVERRIDDEN WARNING");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "if a; then\n  OPTS=\"$OPTS -Da\"\nfi",
        "[ -f a ] && OPTS+=' -Da'",
        "if a; then\n  A_GC=$(jvm)\nfi",
        "A_OPTS=\"$(jvm)\"\nA_OPTS=-Da",
        "test -f a || exit 1"
      })
  void scriptThatKeepsWhatTheMoveGivesIsSilent(String script) {
    assertThat(DeploymentRules.of(List.of(broker(script)))).isEmpty();
  }

  /** What a branch sets counts, whether it runs or not. */
  @ParameterizedTest
  @MethodSource
  void endsSoonForHostileCommands(String command) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () ->
            assertThat(DeploymentRules.of(List.of(Deployed.bookie(init(command), server()))))
                .anyMatch(found -> found.id().equals("STORE_FORMAT_FORCED")));
  }

  static List<String> endsSoonForHostileCommands() {
    String formats = "\nbin/bookkeeper shell bookieformat -nonInteractive -force\n";
    return List.of(
        "A=" + "a".repeat(300_000) + "\n" + "$A".repeat(200_000) + formats,
        "x" + "'".repeat(300_000) + "x" + formats,
        "${A:-".repeat(100_000) + formats,
        "-c ".repeat(200_000) + "x" + formats);
  }

  @Test
  void optionsInABranchAreFound() {
    String script =
        "if a; then\n  A_OPTS=\"$A_OPTS -DbookieId=b"
            + " -Dorg.apache.bookkeeper.conf.readsystemproperties=true\"\nfi";

    assertFound(broker(script), "SETTINGS_OVERRIDDEN", Severity.CONFIRM, "-DbookieId and");
  }

  private static Workload broker(String script) {
    return Deployed.of(
        Role.BROKER,
        "broker",
        new Container(
            "server",
            false,
            BROKER,
            Map.of("A_OPTS", "-Da=b"),
            List.of(),
            new ServerFiles(Map.of(), script),
            ""));
  }

  @Test
  void suppliedBrokerConfigurationOfAnImageTakesNoVariables() {
    Mount given = new Mount("/pulsar/conf/broker.conf", Storage.GIVEN, "volume conf");

    assertFound(
        Deployed.of(Role.BROKER, "broker", server("", Map.of(), given)),
        "VARIABLES_NOT_READ",
        Severity.CONFIRM,
        "volume conf");
  }

  /** On a volume of the pod that both have as the folder of the configuration. */
  @Test
  void initContainerMayWriteTheConfiguration() {
    Mount shared = new Mount("/pulsar/conf", Storage.LOST, "emptyDir conf");
    Container writes =
        new Container(
            "conf",
            true,
            "sh -c bin/apply-config-from-env.py conf/bookkeeper.conf",
            Map.of(),
            List.of(shared));

    assertThat(
            DeploymentRules.of(
                List.of(
                    Deployed.bookie(
                        writes,
                        server("bin/pulsar bookie", Map.of(), kept("/pulsar/data"), shared)))))
        .isEmpty();
    assertFound(
        Deployed.bookie(writes, server("bin/pulsar bookie", Map.of(), kept("/pulsar/data"))),
        "VARIABLES_NOT_READ",
        Severity.CONFIRM,
        "old settings");
    Mount another = new Mount("/pulsar/conf", Storage.LOST, "emptyDir other");
    assertFound(
        Deployed.bookie(
            writes, server("bin/pulsar bookie", Map.of(), kept("/pulsar/data"), another)),
        "VARIABLES_NOT_READ",
        Severity.CONFIRM,
        "old settings");
    Container beside = new Container("beside", false, writes.command(), Map.of(), List.of(shared));
    assertFound(
        Deployed.bookie(
            server("bin/pulsar bookie", Map.of(), kept("/pulsar/data"), shared), beside),
        "VARIABLES_NOT_READ",
        Severity.CONFIRM,
        "old settings");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$zkServers",
        "${zookeeperServers}",
        "$$zkServers",
        "$(zkServers)",
        "$configurationStoreServers",
        "$globalZookeeperServers",
        "$PULSAR_PREFIX_zkLedgersRootPath"
      })
  void commandUsingARemovedVariableNeedsConfirmation(String use) {
    String command = "sh -c bin/apply-config-from-env.py conf/bookkeeper.conf; bin/watch " + use;

    assertFound(
        Deployed.bookie(server(command + "; exec bin/pulsar bookie", Map.of(), kept("/pulsar"))),
        "REMOVED_VARIABLE_USED",
        Severity.CONFIRM,
        use);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/pulsar/conf", "/pulsar", "/pulsar/conf/bookkeeper.conf"})
  void persistentConfigurationNeedsConfirmation(String path) {
    assertFound(
        Deployed.bookie(server(SERVES, Map.of(), kept("/pulsar/data"), kept(path))),
        "SETTINGS_ON_VOLUME",
        Severity.CONFIRM,
        "a rollback removes");
  }

  /** A ConfigMap is mounted read-only, so what is written into the file fails or is lost. */
  @ParameterizedTest
  @ValueSource(strings = {"/pulsar/conf", "/pulsar/conf/bookkeeper.conf"})
  void suppliedConfigurationTakesNoVariables(String path) {
    Mount given = new Mount(path, Storage.GIVEN, "volume conf");

    assertThat(
            DeploymentRules.of(
                List.of(Deployed.bookie(server(SERVES, Map.of(), kept("/pulsar/data"), given)))))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.id()).isEqualTo("VARIABLES_NOT_READ");
              assertThat(found.message()).contains("into which no variable can be written");
            });
  }

  @Test
  void fileBesideTheConfigurationIsIgnored() {
    Mount log = new Mount("/pulsar/conf/log4j2.yaml", Storage.GIVEN, "volume log");

    assertThat(
            DeploymentRules.of(
                List.of(Deployed.bookie(server(SERVES, Map.of(), kept("/pulsar/data"), log)))))
        .isEmpty();
  }

  @Test
  void findsAddressInConfigurationFileOfProxy() {
    Container proxy =
        new Container(
            "proxy",
            false,
            "bin/pulsar proxy",
            Map.of(),
            List.of(),
            new ServerFiles(
                ConfigurationFile.of(
                    "bin/pulsar proxy",
                    Map.of(),
                    Map.of(
                        "/pulsar/conf/broker.conf", "metadataStoreUrl=zk:b",
                        "/pulsar/conf/proxy.conf", "# ours\nzookeeperServers=zk:2181\n")),
                ""),
            "");

    assertFound(
        Deployed.of(Role.OTHER, "proxy", proxy),
        "OTHER_METADATA_USER",
        Severity.CONFIRM,
        "has zookeeperServers and no brokerServiceURL");
  }

  @ParameterizedTest
  @CsvSource({
    "bin/pulsar proxy, zookeeperServers, CONFIRM, give it brokerServiceURL",
    "bin/pulsar-websocket-proxy, zookeeperServers, WARNING, before the brokers stop",
    "bin/pulsar websocket, configurationMetadataStoreUrl, WARNING, before the brokers stop",
    "bin/pulsar functions-worker, PULSAR_PREFIX_configurationMetadataStoreUrl, CONFIRM, every"
        + " version",
    "bin/bookkeeper autorecovery, zkServers, CONFIRM, metadataWriters.autoRecovery",
    "bin/tool, metadataStoreUrl, WARNING, find out what it does",
    "bin/tool, configurationStoreServers, WARNING, find out what it does",
    "bin/tool, globalZookeeperServers, WARNING, find out what it does",
    "bin/tool, metadataServiceUri, WARNING, find out what it does",
    "bin/tool, bookkeeperMetadataServiceUri, WARNING, find out what it does",
    "bin/pulsar-manager, zookeeperServers, WARNING, only asks brokers"
  })
  void namesOtherMetadataClientsWithTheirNextStep(
      String command, String setting, Severity level, String remedy) {
    Workload other = Deployed.of(Role.OTHER, "x", server(command, Map.of(setting, "zk:zk-0:2181")));

    assertThat(DeploymentRules.of(List.of(other)))
        .filteredOn(found -> found.id().equals("OTHER_METADATA_USER"))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.level()).isEqualTo(level);
              assertThat(found.remedy()).contains(remedy);
              assertThat(found.acceptName()).isEqualTo("OTHER_METADATA_USER:x");
            });
  }

  @Test
  void findsKindByNameIfTheImageHasTheCommand() {
    assertThat(
            DeploymentRules.of(
                List.of(
                    Deployed.of(
                        Role.OTHER,
                        "pulsar-proxy",
                        server("", Map.of("zookeeperServers", "zk:2181"))))))
        .singleElement()
        .satisfies(found -> assertThat(found.remedy()).contains("give it brokerServiceURL"));
  }

  /** The move has no step for it, so the line has what the operator runs, and when. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Deployment | bin/pulsar proxy | kubectl set env deployment/x"
            + " brokerServiceURL=pulsar://BROKERS:6650 brokerWebServiceURL=http://BROKERS:8080"
            + " zookeeperServers=`",
        "StatefulSet | bin/pulsar proxy | kubectl set env statefulset/x ",
        "service | bin/pulsar proxy | docker compose up -d --no-deps x`",
        "Deployment | bin/pulsar websocket | kubectl scale deployment/x --replicas=0` in"
            + " hooks.stopMetadataWriters",
        "service | bin/pulsar websocket | docker compose stop x` in hooks.stopMetadataWriters",
        "Deployment | bin/pulsar functions-worker | kubectl scale deployment/x --replicas=0`",
        "service | bin/bookkeeper autorecovery | docker compose stop x`"
      })
  void printsCommandForKindOfWorkload(String kind, String command, String wanted) {
    Workload other =
        new Workload(
            kind,
            "x",
            Role.OTHER,
            List.of(server(command, Map.of("zookeeperServers", "zk:2181"))),
            List.of(),
            Map.of(),
            Scaling.one(),
            List.of());

    assertThat(DeploymentRules.of(List.of(other)))
        .singleElement()
        .satisfies(found -> assertThat(found.remedy()).contains(wanted));
  }

  /** It serves through the window, so it is only to be cleaned. */
  @Test
  void proxyWithBrokerUrlsIsOnlyListed() {
    Workload proxy =
        Deployed.of(
            Role.OTHER,
            "proxy",
            server(
                "bin/pulsar proxy",
                Map.of("zookeeperServers", "zk", "brokerServiceURL", "pulsar://b:6650")));

    assertFound(proxy, "OTHER_METADATA_USER", Severity.WARNING, "has zookeeperServers");
  }

  @Test
  void ignoresMetadataClientsOnEtcd() {
    assertThat(
            DeploymentRules.of(
                List.of(
                    Deployed.of(
                        Role.OTHER,
                        "proxy",
                        server(
                            "bin/pulsar proxy",
                            Map.of("metadataStoreUrl", "etcd:http://e:2379", "zkServers", ""))))))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Role.class,
      names = {"BOOKIE", "OTHER"})
  void namesSetUpCommandWithoutForce(Role role) {
    for (String command :
        List.of(
            "bin/pulsar initialize-cluster-metadata --cluster c1",
            "bin/pulsar initialize-transaction-coordinator-metadata",
            "bin/pulsar initialize-namespace a/b",
            "bin/bookkeeper shell metaformat -n",
            "bin/bookkeeper shell bookieformat -n",
            "bin/bookkeeper shell initnewcluster")) {
      assertThat(
              DeploymentRules.of(List.of(Deployed.of(role, "x", server(), Deployed.init(command)))))
          .as(command)
          .singleElement()
          .satisfies(
              found -> {
                assertThat(found.id()).isEqualTo("SET_UP_COMMAND");
                assertThat(found.level()).isEqualTo(Severity.WARNING);
                assertThat(found.message())
                    .contains(command.replaceFirst("^bin/\\S+ (shell )?(\\S+).*", "$2"));
                assertThat(found.remedy()).contains("remove it before the next upgrade");
              });
    }
  }

  /** What is forced has a rule of its own. */
  @Test
  void forcedSetUpCommandIsNamedOnce() {
    assertThat(
            DeploymentRules.of(
                List.of(
                    Deployed.bookie(
                        server(), Deployed.init("bin/bookkeeper shell metaformat -n -force")))))
        .extracting(DeploymentFinding::id)
        .containsExactly("STORE_FORMAT_FORCED");
  }

  @Test
  void namesContainerThatWaitsForZooKeeper() {
    assertFound(
        Deployed.bookie(
            server(), Deployed.init("until bin/pulsar zookeeper-shell ls /; do sleep 1; done")),
        "ASKS_ZOOKEEPER_AT_START",
        Severity.WARNING,
        "contacts ZooKeeper");
    assertFound(
        Deployed.bookie(server(), Deployed.init("until zkCli.sh ls /; do sleep 1; done")),
        "ASKS_ZOOKEEPER_AT_START",
        Severity.WARNING,
        "contacts ZooKeeper");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "until nc -z zk-0 2181; do sleep 1; done",
        "until [ \"$(echo ruok | nc $HOST 12181)\" = imok ]; do sleep 1; done",
        "until (echo >/dev/tcp/zk/2281); do sleep 1; done"
      })
  void namesContainerThatAsksForPortOrLetters(String command) {
    assertFound(
        Deployed.bookie(server(), Deployed.init(command)),
        "ASKS_ZOOKEEPER_AT_START",
        Severity.WARNING,
        "before its server starts");
  }

  @Test
  void namesProbeThatAsksZooKeeper() {
    Container probed =
        new Container(
            "server",
            false,
            SERVES,
            Map.of(),
            List.of(kept("/pulsar/data")),
            ServerFiles.NONE,
            "sh -c bin/pulsar zookeeper-shell ls /");

    assertFound(
        Deployed.bookie(probed), "ASKS_ZOOKEEPER_AT_START", Severity.WARNING, "in a probe or hook");
  }

  @Test
  void estimatesOrderedStart() {
    assertFound(
        scaled(new Scaling(3, true, 30, List.of())),
        "SLOW_START",
        Severity.WARNING,
        "all of them after 90 s");
    assertFound(
        scaled(new Scaling(3, false, 30, List.of())),
        "SLOW_START",
        Severity.WARNING,
        "all of them after 30 s");
    assertThat(DeploymentRules.of(List.of(scaled(new Scaling(3, false, 0, List.of()))))).isEmpty();
    assertThat(DeploymentRules.of(List.of(scaled(new Scaling(1, true, 0, List.of()))))).isEmpty();
  }

  @Test
  void autoscalerNeedsConfirmationOfItsPause() {
    assertFound(
        scaled(new Scaling(3, false, 0, List.of("broker-hpa"))),
        "SCALED_BY_ITSELF",
        Severity.CONFIRM,
        "broker-hpa");
  }

  /** What the move does not touch is nobody's fault here. */
  @Test
  void ignoresWorkloadsOutsideTheMove() {
    Workload other =
        new Workload(
            "Deployment",
            "grafana",
            Role.OTHER,
            List.of(server("bin/zookeeper-exporter $zkServers", Map.of(), kept("/pulsar/conf"))),
            List.of("ReplicaSet x"),
            Map.of("argocd.argoproj.io/instance", "x"),
            new Scaling(3, true, 30, List.of("hpa")),
            List.of());

    assertThat(DeploymentRules.of(List.of(other))).isEmpty();
  }

  private static Workload scaled(Scaling scaling) {
    return new Workload(
        "StatefulSet",
        "broker",
        Role.BROKER,
        List.of(server(BROKER, Map.of())),
        List.of(),
        Map.of(),
        scaling,
        List.of());
  }

  private static Workload marked(String mark, String value) {
    return new Workload(
        "StatefulSet",
        "bookie",
        Role.BOOKIE,
        List.of(server()),
        List.of(),
        Map.of(mark, value),
        Scaling.one(),
        List.of());
  }

  private static void assertFound(Workload workload, String id, Severity level, String text) {
    assertThat(DeploymentRules.of(List.of(workload)))
        .filteredOn(found -> found.id().equals(id))
        .first()
        .satisfies(
            found -> {
              assertThat(found.level()).isEqualTo(level);
              assertThat(found.message()).contains(text);
            });
  }
}
