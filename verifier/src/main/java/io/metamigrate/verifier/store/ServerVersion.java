package io.metamigrate.verifier.store;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of a ZooKeeper server; empty if it does not report it. */
public final class ServerVersion {
  private static final Pattern VERSION =
      Pattern.compile("Zookeeper version: (\\d+\\.\\d+\\.\\d+[^,\\s]*?)(?:--|-[0-9a-f]{12}|,|\\s)");

  private ServerVersion() {}

  public static Optional<String> of(ZooKeeperSettings settings) {
    Matcher matcher = VERSION.matcher(FourLetterWord.srvr(settings));
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
