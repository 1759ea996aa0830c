package io.metamigrate.verifier.store;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.zookeeper.KeeperException;

/**
 * A zxid that all later reads of a session have behind them: that of any server, after which the
 * session's own server is brought up to the leader by a {@code sync}.
 */
final class ServerZxid {
  private static final Pattern ZXID = Pattern.compile("Zxid: (0x[0-9a-f]+)");

  private ServerZxid() {}

  /** Empty where no server tells, or the session's own does not keep up. */
  static Optional<Zxid> of(ZooKeeperConnection connection) {
    Matcher matcher = ZXID.matcher(ServerWord.srvr(connection.settings().connect()));
    return matcher.find() && synced(connection)
        ? Optional.of(Zxid.parse(matcher.group(1)))
        : Optional.empty();
  }

  private static boolean synced(ZooKeeperConnection connection) {
    try {
      connection.sync(connection.client());
      return true;
    } catch (KeeperException e) {
      return false;
    } catch (InterruptedException e) {
      throw ZnodeReader.interrupted(e);
    }
  }
}
