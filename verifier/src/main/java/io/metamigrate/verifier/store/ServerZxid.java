package io.metamigrate.verifier.store;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The last zxid that servers report by {@code srvr}. */
final class ServerZxid {
  private static final Pattern ZXID = Pattern.compile("Zxid: (0x[0-9a-f]+)");

  private ServerZxid() {}

  /** The highest that any server of the connect string reports; none if none does. */
  static Zxid highest(ZooKeeperSettings settings) {
    Zxid highest = Zxid.NONE;
    for (String server : FourLetterWord.servers(settings.connect())) {
      Matcher matcher = ZXID.matcher(FourLetterWord.ask(settings, server, "srvr"));
      if (matcher.find()) {
        highest = highest.max(Zxid.parse(matcher.group(1)));
      }
    }
    return highest;
  }
}
