package io.metamigrate.restart;

import io.metamigrate.lab.MetadataHome;
import io.metamigrate.lab.PulsarNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A real bookie or broker in a pod's place. Its settings are laid over its own as an image's {@code
 * bin/apply-config-from-env.py} does, so it runs with what the pod was given and nothing else.
 */
final class LabPod implements PodProcess {
  private static final String PREFIX = "PULSAR_PREFIX_";

  private final PulsarNode node;
  private final MetadataHome zooKeeper;
  private final MetadataHome etcd;
  private MetadataHome home;

  LabPod(PulsarNode node, MetadataHome zooKeeper, MetadataHome etcd) {
    this.node = node;
    this.zooKeeper = zooKeeper;
    this.etcd = etcd;
    this.home = zooKeeper;
  }

  @Override
  public void start(Map<String, String> environment) {
    home = environment.toString().contains("etcd:") ? etcd : zooKeeper;
    node.use(home);
    image();
    Set<String> known = known();
    Map<String, String> settings = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX)) {
            settings.put(name.substring(PREFIX.length()), value);
          } else if (known.contains(name)) {
            settings.put(name, value);
          }
        });
    node.settings().set(settings);
    node.startOnly();
  }

  @Override
  public void stop() {
    node.stop();
  }

  @Override
  public boolean ready() {
    try {
      return node.process().alive() && home.registered(node.registration());
    } catch (IOException e) {
      return false;
    }
  }

  /** A container begins with the settings of its image, whatever the one before it ran with. */
  private void image() {
    try {
      Files.copy(MoveBed.image(node), node.settings().file(), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Set<String> known() {
    try {
      return Files.readAllLines(node.settings().file()).stream()
          .map(line -> line.replaceAll("=.*", ""))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
