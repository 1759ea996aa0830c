package io.metamigrate.migrator.config.reference;

/** The keys of {@code cutover.driver}. */
final class DriverKeys {
  private DriverKeys() {}

  static void addTo(KeyList keys) {
    driver(keys);
  }

  private static void driver(KeyList keys) {
    keys.add(
        "cutover.driver.kind",
        AllowedValues.oneOf("command", "compose", "kubernetes"),
        "",
        "command",
        "How nodes are stopped, configured and started. `plan`, `run` and `verify` work without"
            + " it; every command of the window needs it, the rehearsal too.");
    keys.of(
        "command",
        "stop",
        Kind.COMMAND,
        "",
        "ssh $METAMIGRATE_HOST systemctl stop pulsar-$METAMIGRATE_COMPONENT",
        "Stops the node, and exits only after its process has ended. The environment names the"
            + " node.");
    keys.of(
        "command",
        "configure",
        Kind.COMMAND,
        "",
        "scp $METAMIGRATE_SETTINGS_FILE $METAMIGRATE_HOST:/etc/pulsar/move.conf",
        "Gives the node the settings of its next start. `migrator/bin/apply-settings` does that"
            + " for a Pulsar tarball.");
    keys.of(
        "command",
        "start",
        Kind.COMMAND,
        "",
        "ssh $METAMIGRATE_HOST systemctl start pulsar-$METAMIGRATE_COMPONENT",
        "Starts the node, and exits once the start has been issued.");
    keys.of(
        "command",
        "probe",
        Kind.COMMAND,
        "",
        "ssh $METAMIGRATE_HOST systemctl is-active pulsar-$METAMIGRATE_COMPONENT",
        "Exits with 0 if the process runs, with 3 if it does not, and with any other code if that"
            + " is not known. The rehearsal warns if it is missing.");
    keys.of(
        "command",
        "show",
        Kind.COMMAND,
        "",
        "ssh $METAMIGRATE_HOST cat /opt/pulsar/conf/$METAMIGRATE_COMPONENT.conf",
        "Prints the file that the server will read at its next start, and a line `OPTS=...` with"
            + " its JVM options. It is saved before the move, and compared after each configure"
            + " and after a rollback. The rehearsal warns if it is missing.");
    keys.of(
        "command",
        "describe",
        Kind.COMMAND,
        "",
        "ssh $METAMIGRATE_HOST systemctl show pulsar-$METAMIGRATE_COMPONENT",
        "Prints the properties of the node's unit, as `systemctl show` does, and a line"
            + " `StartedBy=...` for each cron job or program that restarts it. The rehearsal"
            + " reads it; see runbooks/command-driver.md.");
    commandTimeout(keys, "command");
    keys.of(
        "compose",
        "file",
        new AllowedValues(Kind.FILE, "path of a file, or a list of them"),
        "",
        "docker-compose.yaml",
        "Your compose files, each overriding those before it. Nodes are their services.");
    keys.of(
        "compose",
        "envFile",
        new AllowedValues(Kind.FILE, "path of a file, or a list of them"),
        "",
        "prod.env",
        "A file that you give docker compose with --env-file, or a list of them. Without it,"
            + " variables of your compose file are empty.");
    keys.of(
        "compose",
        "override",
        AllowedValues.text("name of a file"),
        "metamigrate.override.yaml",
        "metamigrate.override.yaml",
        "The override file that this tool writes, in the folder of the first compose file.");
    keys.of(
        "compose",
        "project",
        AllowedValues.text("name of a compose project"),
        "",
        "pulsar",
        "The name of the compose project, if it is not the name of the folder.");
    commandTimeout(keys, "compose");
    keys.of(
        "kubernetes",
        "namespace",
        AllowedValues.text("name of a namespace"),
        "",
        "pulsar",
        "The namespace of the StatefulSets.");
    keys.of(
        "kubernetes",
        "bookies",
        AllowedValues.text("name of a StatefulSet"),
        "",
        "bookie",
        "The StatefulSet of the bookies.");
    keys.of(
        "kubernetes",
        "brokers",
        AllowedValues.text("name of a StatefulSet"),
        "",
        "broker",
        "The StatefulSet of the brokers.");
    keys.of(
        "kubernetes",
        "autoRecovery",
        AllowedValues.text("name of a StatefulSet"),
        "",
        "recovery",
        "The StatefulSet or Deployment of AutoRecovery, if there is one.");
    keys.of(
        "kubernetes",
        "layout",
        AllowedValues.oneOf("plain", "helm"),
        "plain",
        "helm",
        "How pods get their settings. `plain`: PULSAR_PREFIX_ variables in the pod template."
            + " `helm`: the ConfigMaps of the Apache chart.");
    keys.of(
        "kubernetes",
        "kubeconfig",
        Kind.FILE,
        "",
        "kube.yaml",
        "The kubeconfig. Without it, KUBECONFIG, ~/.kube/config or the pod's service account is"
            + " used.");
    keys.of(
        "kubernetes",
        "context",
        AllowedValues.text("name of a context"),
        "",
        "production",
        "The context of the kubeconfig. Without it, its current one.");
    keys.of(
        "kubernetes",
        "timeout",
        Kind.DURATION,
        "5m",
        "5m",
        "A pod that takes longer to become ready counts as failed.");
  }

  private static void commandTimeout(KeyList keys, String driver) {
    keys.of(
        driver,
        "timeout",
        Kind.DURATION,
        "2m",
        "2m",
        "A command that takes longer is terminated and counts as failed.");
  }
}
