package io.metamigrate.migrator.restart;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One server, by the id that the cluster knows it by: {@code b1:3181} for a bookie, {@code
 * broker-1:8080} for a broker.
 *
 * <p>An id reaches shells, also remote ones that parse it a second time, so its alphabet is small
 * and it cannot begin like an option.
 */
public record Node(Component component, String id) {
  private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9\\[][A-Za-z0-9._:\\[\\]/-]{0,252}");
  private static final Pattern PORT = Pattern.compile(".*:(\\d{1,5})");

  public Node {
    requireNonNull(component, "component");
    if (!SAFE.matcher(id).matches()) {
      throw new IllegalArgumentException(
          component.label()
              + " id may hold letters, digits and . _ : [ ] / - and begins with a letter, a digit"
              + " or [, but is: "
              + id);
    }
  }

  /** The id without its port. */
  public String host() {
    return port().isPresent() ? id.substring(0, id.lastIndexOf(':')) : id;
  }

  /** The port at the end of the id, where there is one. */
  public Optional<String> port() {
    var match = PORT.matcher(id);
    return match.matches() ? Optional.of(match.group(1)) : Optional.empty();
  }

  @Override
  public String toString() {
    return component.label() + " " + id;
  }
}
