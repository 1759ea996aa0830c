package io.metamigrate.migrator.restart;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a command finds in its environment.
 *
 * <table>
 * <caption>Variables</caption>
 * <tr><td>METAMIGRATE_ACTION</td><td>stop, configure, start or probe</td></tr>
 * <tr><td>METAMIGRATE_COMPONENT</td><td>bookie, broker, autorecovery, …</td></tr>
 * <tr><td>METAMIGRATE_ID, METAMIGRATE_HOST, METAMIGRATE_PORT</td><td>the node; HOST is its name</td></tr>
 * <tr><td>METAMIGRATE_SETTINGS_FILE</td><td>properties file with the settings to set</td></tr>
 * <tr><td>METAMIGRATE_REMOVE</td><td>names of settings that must not be in effect, by comma</td></tr>
 * <tr><td>METAMIGRATE_RESTORE</td><td>names that are the operator's own again, by comma</td></tr>
 * <tr><td>METAMIGRATE_JVM_OPTIONS</td><td>options of the JVM, by space</td></tr>
 * <tr><td>METAMIGRATE_SET_name</td><td>one for each setting; . and - become _</td></tr>
 * </table>
 *
 * The last four are there for configure only.
 */
final class CommandEnvironment {
  private CommandEnvironment() {}

  static Map<String, String> of(String action, Node node, Path settingsFile) {
    Map<String, String> variables = new TreeMap<>();
    variables.put("METAMIGRATE_ACTION", action);
    variables.put("METAMIGRATE_COMPONENT", node.component().label());
    variables.put("METAMIGRATE_ID", node.id());
    variables.put("METAMIGRATE_HOST", node.name());
    variables.put("METAMIGRATE_PORT", node.port().orElse(""));
    variables.put("METAMIGRATE_SETTINGS_FILE", settingsFile.toString());
    return variables;
  }

  static Map<String, String> of(String action, Node node, Path settingsFile, Settings settings) {
    Map<String, String> variables = of(action, node, settingsFile);
    variables.put("METAMIGRATE_REMOVE", String.join(",", settings.remove()));
    variables.put("METAMIGRATE_RESTORE", String.join(",", settings.restore()));
    variables.put("METAMIGRATE_JVM_OPTIONS", String.join(" ", settings.jvmOptions()));
    settings
        .set()
        .forEach(
            (name, value) ->
                variables.put("METAMIGRATE_SET_" + name.replaceAll("[.-]", "_"), value));
    return variables;
  }
}
