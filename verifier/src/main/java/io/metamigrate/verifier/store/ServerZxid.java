package io.metamigrate.verifier.store;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What servers say by {@code srvr} of their last zxid. */
final class ServerZxid {
  private static final Pattern ZXID = Pattern.compile("Zxid: (0x[0-9a-f]+)");

  private ServerZxid() {}

  /** The highest that any server of the connect string reports; none if none does. */
  static Zxid highest(String connect) {
    Zxid highest = Zxid.NONE;
    for (String server : ServerWord.servers(connect)) {
      Matcher matcher = ZXID.matcher(ServerWord.ask(server, "srvr"));
      if (matcher.find()) {
        highest = highest.max(Zxid.parse(matcher.group(1)));
      }
    }
    return highest;
  }
}
