package io.metamigrate.migrator.config.reference;

/** The keys of the window: {@code cutover}, with those of its driver, and {@code hooks}. */
final class WindowKeys {
  private WindowKeys() {}

  static void addTo(KeyList keys) {
    window(keys);
    DriverKeys.addTo(keys);
    nodes(keys);
    hooks(keys);
  }

  private static void window(KeyList keys) {
    keys.add(
        "cutover.strategy",
        AllowedValues.oneOf("rolling", "stop-all"),
        "rolling",
        "stop-all",
        "The order of the move. `rolling`: bookies one at a time while brokers serve, then all"
            + " brokers. `stop-all`: brokers stop first, then all bookies move together.");
    keys.add(
        "cutover.maxOutage",
        Kind.DURATION,
        "2m",
        "2m",
        "The longest outage before the cutover rolls back by itself. It counts from the moment"
            + " when the brokers of the file have stopped, until the point of no return.");
    keys.add(
        "cutover.budget",
        Kind.DURATION,
        "2m",
        "2m",
        "How long one step may take. A step that takes longer ends as failed; it is never"
            + " skipped.");
    keys.add(
        "cutover.budgets.*",
        Kind.DURATION,
        "",
        "5m",
        "A different budget for one step. The key is the id of the step, such as `verify`."
            + " `migrate help steps` lists the ids.");
    keys.add(
        "cutover.accept",
        AllowedValues.list("`ID:NAME`"),
        "[]",
        "[\"BOOKIE_DATA_NOT_VERIFIABLE:b1:3181\"]",
        "Findings of the rehearsal that you accept, each exactly as it was printed.");
  }

  private static void nodes(KeyList keys) {
    keys.add(
        "cutover.bookies[].id",
        AllowedValues.text("id of a bookie"),
        "",
        "b1:3181",
        "The id of a bookie, as in /ledgers/cookies. List every bookie.");
    keys.add(
        "cutover.bookies[].node",
        AllowedValues.text("name of a host, service or pod"),
        "",
        "bookie-1",
        "The name by which the driver knows this bookie. By default, the host in its id.");
    keys.add(
        "cutover.bookies[].adminUrl",
        Kind.URL,
        "",
        "http://b1:8000",
        "The HTTP server of this bookie. By default, the address that the bookie has registered.");
    keys.add(
        "cutover.brokers[].id",
        AllowedValues.text("id of a broker"),
        "",
        "broker-1:8080",
        "The id of a broker, as in /loadbalance/brokers. List every broker.");
    keys.add(
        "cutover.brokers[].node",
        AllowedValues.text("name of a host, service or pod"),
        "",
        "broker-1",
        "The name by which the driver knows this broker. By default, the host in its id.");
    keys.add(
        "cutover.brokers[].adminUrl",
        Kind.URL,
        "",
        "http://broker-1:8080",
        "The admin interface of this broker. By default, `http://` and its id.");
    keys.add(
        "cutover.metadataWriters.autoRecovery",
        AllowedValues.list("node names"),
        "[]",
        "[\"recovery-1\"]",
        "The AutoRecovery nodes, by the names that the driver knows. They are stopped before the"
            + " first bookie moves.");
    keys.add(
        "cutover.metadataWriters.functionWorkers",
        AllowedValues.list("node names"),
        "[]",
        "[\"worker-1\"]",
        "The standalone function workers, by the names that the driver knows.");
    keys.add(
        "cutover.metadataWriters.confirmed",
        Kind.FLAG,
        "false",
        "true",
        "Confirms that every other writer of metadata that `plan` names is stopped.");
    keys.add(
        "cutover.originals.bookies.*",
        AllowedValues.text("value of the setting"),
        "",
        "900000",
        "Your value of a bookie's setting that the window changes temporarily, such as"
            + " `gcWaitTime`. A setting that is not named here returns to the value in the node's"
            + " own files.");
    keys.add(
        "cutover.originals.brokers.*",
        AllowedValues.text("value of the setting"),
        "",
        "60",
        "Your value of a broker's setting that the window changes temporarily, as for bookies.");
  }

  private static void hooks(KeyList keys) {
    keys.add(
        "hooks.beforeStep",
        Kind.COMMAND,
        "",
        "/opt/move/before-step.sh",
        "Runs before each step. If its exit code is not 0, the window stops; this applies to every"
            + " hook but `onFailure`.");
    keys.add(
        "hooks.afterStep", Kind.COMMAND, "", "/opt/move/after-step.sh", "Runs after each step.");
    keys.add(
        "hooks.onFailure",
        Kind.COMMAND,
        "",
        "/opt/move/page-me.sh",
        "Runs when a step has failed; METAMIGRATE_FAILURE holds the reason.");
    keys.add(
        "hooks.stopMetadataWriters",
        Kind.COMMAND,
        "",
        "/opt/move/stop-writers.sh",
        "Stops other writers of metadata that no driver knows, such as package management.");
    keys.add(
        "hooks.startMetadataWriters",
        Kind.COMMAND,
        "",
        "/opt/move/start-writers.sh",
        "Starts the writers again that `hooks.stopMetadataWriters` stopped.");
    keys.add(
        "hooks.fence",
        Kind.COMMAND,
        "",
        "/opt/move/fence.sh",
        "Keeps writers away from a ZooKeeper whose access lists cannot do so. Needs `unfence`.");
    keys.add(
        "hooks.unfence",
        Kind.COMMAND,
        "",
        "/opt/move/unfence.sh",
        "Lifts the fence of `hooks.fence`.");
    keys.add(
        "hooks.timeout",
        Kind.DURATION,
        "1m",
        "1m",
        "A hook that takes longer is terminated and counts as failed.");
  }
}
