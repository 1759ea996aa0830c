package io.metamigrate.migrator.restart;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One server.
 *
 * <p>Id and name reach shells, also remote ones that parse them a second time, so their alphabet is
 * small and they cannot begin like an option.
 *
 * @param component what it is
 * @param id how the cluster knows it: {@code b1:3181} for a bookie, {@code broker-1:8080} for a
 *     broker
 * @param name how the driver knows it: a host, a service, a pod
 */
public record Node(Component component, String id, String name) {
  private static final Pattern SAFE =
      Pattern.compile("[A-Za-z0-9\\[][A-Za-z0-9._:\\[\\]/-]{0,252}");
  private static final Pattern HOST_AND_PORT = Pattern.compile("(.*):(\\d{1,5})");

  public Node {
    requireNonNull(component, "component");
    check(component, "id", id);
    check(component, "name", name);
  }

  /** A node whose name is the host of its id. */
  public Node(Component component, String id) {
    this(component, id, hostOf(id));
  }

  /** The port at the end of the id, if there is one. */
  public Optional<String> port() {
    Matcher parts = HOST_AND_PORT.matcher(id);
    return parts.matches() ? Optional.of(parts.group(2)) : Optional.empty();
  }

  @Override
  public String toString() {
    return component.label() + " " + id;
  }

  private static String hostOf(String id) {
    Matcher parts = HOST_AND_PORT.matcher(id);
    return parts.matches() ? parts.group(1) : id;
  }

  private static void check(Component component, String what, String text) {
    if (!SAFE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          component.label()
              + " "
              + what
              + " may hold letters, digits and . _ : [ ] / - and begins with a letter, a digit"
              + " or [, but is: "
              + text);
    }
  }
}
