package io.metamigrate.migrator.control;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.metamigrate.migrator.control.Route.Access;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its answer over HTTP: who may, which route, how large, what went wrong. */
final class Exchange implements HttpHandler {
  static final int MOST_BODY_BYTES = 16 * 1024;
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  private final Gate gate;
  private final List<Route> routes;
  private final Supplier<String> cluster;

  Exchange(Gate gate, List<Route> routes, Supplier<String> cluster) {
    this.gate = gate;
    this.cluster = cluster;
    this.routes = List.copyOf(routes);
  }

  @Override
  public void handle(HttpExchange http) throws IOException {
    try (http) {
      send(http, answer(http));
    }
  }

  private Response answer(HttpExchange http) throws IOException {
    String path = http.getRequestURI().getPath();
    List<Route> there = routes.stream().filter(route -> route.path().equals(path)).toList();
    Optional<Route> route =
        there.stream().filter(it -> it.method().equals(http.getRequestMethod())).findFirst();
    Optional<Response> refusal =
        gate.refusal(
            route.map(Route::access).orElse(Access.OPEN),
            header(http, "Host"),
            header(http, "Authorization"));
    if (refusal.isPresent()) {
      return refusal.get();
    }
    if (there.isEmpty()) {
      return Response.refusal(404, "there is nothing here; the status page is at /");
    }
    if (route.isEmpty()) {
      String allowed = there.stream().map(Route::method).collect(Collectors.joining(", "));
      return Response.refusal(405, "this takes only: " + allowed).with("Allow", allowed);
    }
    if (route.get().access() == Access.CHANGE) {
      Optional<String> other =
          ClusterHeader.refusal(header(http, ClusterHeader.NAME), cluster.get());
      if (other.isPresent()) {
        return Response.refusal(409, other.get());
      }
    }
    byte[] body = http.getRequestBody().readNBytes(MOST_BODY_BYTES + 1);
    if (body.length > MOST_BODY_BYTES) {
      return Response.refusal(413, "the body is larger than " + MOST_BODY_BYTES + " bytes");
    }
    return answer(http, route.get(), new String(body, StandardCharsets.UTF_8));
  }

  private static Response answer(HttpExchange http, Route route, String body) {
    try {
      return route
          .handler()
          .answer(Request.of(http.getRequestMethod(), http.getRequestURI(), body));
    } catch (IllegalArgumentException e) {
      return Response.refusal(400, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      log.error("control interface: {} {} failed", route.method(), route.path(), e);
      return Response.refusal(500, "the daemon failed to answer; its log says why");
    }
  }

  private static String header(HttpExchange http, String name) {
    String value = http.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  private static void send(HttpExchange http, Response response) throws IOException {
    byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
    http.getResponseHeaders().set("Content-Type", response.contentType());
    http.getResponseHeaders().set("Cache-Control", "no-store");
    http.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    response.headers().forEach(http.getResponseHeaders()::set);
    http.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
    http.getResponseBody().write(body);
  }
}
