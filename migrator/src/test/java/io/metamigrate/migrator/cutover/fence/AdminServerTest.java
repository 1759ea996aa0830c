package io.metamigrate.migrator.cutover.fence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class AdminServerTest {
  private static final String ANSWER =
      """
      {"connections": [
         {"remote_socket_address": "10.0.0.7:41000", "session_id": 17},
         {"remote_socket_address": "10.0.0.1:41001", "session_id": 18}],
       "secure_connections": [{"remote_socket_address": "10.0.0.8:41002", "session_id": 19}],
       "command": "connections", "error": null}
      """;

  @Test
  void connectionsAreListedWithTheirAddresses() throws Exception {
    Connections.ConnectionReport report = new Connections.ConnectionReport(Set.of(18L));

    report.listed(AdminServer.read(ANSWER).orElseThrow());

    assertThat(report.others()).containsExactly("10.0.0.7:41000", "10.0.0.8:41002");
  }

  @Test
  void whatIsNoAdminServerIsNoAnswer() throws Exception {
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    URI at =
        URI.create("http://127.0.0.1:" + other.getAddress().getPort() + "/commands/connections");
    for (String body : List.of("ok", "{}", "[]", ANSWER)) {
      other.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(body.getBytes(UTF_8));
            exchange.close();
          });
      if (body.equals("ok")) {
        other.start();
      }
      assertThat(AdminServer.ask(at).isPresent()).as(body).isEqualTo(body.equals(ANSWER));
      other.removeContext("/");
    }
    other.stop(0);
    assertThat(AdminServer.ask(at)).isEmpty();
  }
}
