package io.metamigrate.migrator.config;

import java.net.URI;
import java.net.URISyntaxException;

/** Reads the URL of an HTTP service. */
final class WebUrl {
  private WebUrl() {}

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException naming the text, unless it holds credentials
   */
  static URI parse(String text) {
    if (text.indexOf('@') >= 0) {
      throw new IllegalArgumentException("a URL with credentials; give a tokenFile instead");
    }
    if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
      throw new IllegalArgumentException(
          "a URL with a query or a fragment, which is shown and may hold a secret; leave it out,"
              + " and give a tokenFile for a token");
    }
    try {
      URI uri = new URI(text.strip());
      if (uri.getHost() == null && String.valueOf(uri.getRawAuthority()).contains("_")) {
        throw new IllegalArgumentException(
            "'"
                + text
                + "' contains an underscore, which a host name in a URL must not have; give another"
                + " name of the host, or its address");
      }
      if (uri.getPort() == 0 || uri.getPort() > 65535) {
        throw new IllegalArgumentException(
            "'" + text + "' has a port that is not between 1 and 65535");
      }
      if (uri.getHost() != null
          && ("http".equalsIgnoreCase(uri.getScheme())
              || "https".equalsIgnoreCase(uri.getScheme()))) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // answered below, like every other text that is no such URL
    }
    throw new IllegalArgumentException("'" + text + "' is not a URL like http://HOST:PORT");
  }
}
