package io.metamigrate.migrator.control;

import io.metamigrate.migrator.control.Route.Access;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP requests and their answers: access, route, size limits and errors. For one thread, that of
 * all connections; what may take a while is answered by another.
 */
final class Exchange implements Handler<HttpServerRequest> {
  static final int MAX_BODY_BYTES = 16 * 1024;

  /** A body that has not come by then does not come. */
  private static final long BODY_MILLIS = Duration.ofSeconds(10).toMillis();

  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  private record OpenConnection(HostCheck hostCheck, List<Route> routes, NamedMove move) {}

  private final Vertx vertx;
  private volatile Optional<OpenConnection> open = Optional.empty();

  Exchange(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Until then every caller is asked to try again. */
  void open(HostCheck hostCheck, List<Route> routes, NamedMove move) {
    open = Optional.of(new OpenConnection(hostCheck, List.copyOf(routes), move));
  }

  @Override
  public void handle(HttpServerRequest http) {
    Optional<OpenConnection> now = open;
    if (now.isEmpty()) {
      send(http, Response.refusal(503, "the daemon is starting"));
      return;
    }
    String path = http.path() == null ? "" : http.path();
    List<Route> there =
        now.get().routes().stream().filter(route -> route.path().equals(path)).toList();
    Optional<Route> route =
        there.stream().filter(it -> it.method().equals(http.method().name())).findFirst();
    Optional<Response> refusal =
        now.get()
            .hostCheck()
            .refusal(
                route.map(Route::access).orElse(Access.OPEN),
                header(http, "Host"),
                header(http, "Authorization"));
    if (refusal.isPresent()) {
      send(http, refusal.get());
    } else if (there.isEmpty()) {
      send(http, Response.refusal(404, "there is nothing here; the status page is at /"));
    } else if (route.isEmpty()) {
      String allowed = there.stream().map(Route::method).collect(Collectors.joining(", "));
      send(http, Response.refusal(405, "allowed here: " + allowed).with("Allow", allowed));
    } else {
      takeBody(http, now.get(), route.get());
    }
  }

  private void takeBody(HttpServerRequest http, OpenConnection now, Route route) {
    Buffer body = Buffer.buffer();
    long late = vertx.setTimer(BODY_MILLIS, timer -> http.connection().close());
    http.exceptionHandler(failure -> vertx.cancelTimer(late));
    http.handler(
        part -> {
          if (body.length() <= MAX_BODY_BYTES && !http.response().ended()) {
            body.appendBuffer(part);
            if (body.length() > MAX_BODY_BYTES) {
              vertx.cancelTimer(late);
              send(
                  http,
                  Response.refusal(413, "the body is larger than " + MAX_BODY_BYTES + " bytes"));
            }
          }
        });
    http.endHandler(
        end -> {
          vertx.cancelTimer(late);
          if (!http.response().ended()) {
            answer(http, now, route, body.toString(StandardCharsets.UTF_8));
          }
        });
  }

  private void answer(HttpServerRequest http, OpenConnection now, Route route, String body) {
    if (route.access() == Access.OPEN) {
      send(http, answered(http, route, body, KnownTokens.ANONYMOUS));
      return;
    }
    String caller = now.hostCheck().callerName(header(http, "Authorization"));
    vertx
        .executeBlocking(
            () -> otherMove(http, now.move()).orElseGet(() -> answered(http, route, body, caller)),
            false)
        .onSuccess(response -> send(http, response))
        .onFailure(failure -> send(http, failed(route, failure)));
  }

  /** The refusal of a request for another move. */
  private static Optional<Response> otherMove(HttpServerRequest http, NamedMove own) {
    try {
      return own.refusal(NamedMove.of(name -> header(http, name)))
          .map(why -> Response.refusal(409, why));
    } catch (IllegalArgumentException e) {
      return Optional.of(Response.refusal(400, String.valueOf(e.getMessage())));
    }
  }

  private static Response answered(
      HttpServerRequest http, Route route, String body, String caller) {
    try {
      return route.handler().answer(RouteRequest.of(http.method().name(), uri(http), body, caller));
    } catch (IllegalArgumentException e) {
      return Response.refusal(400, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      return failed(route, e);
    }
  }

  private static URI uri(HttpServerRequest http) {
    try {
      return URI.create(http.uri());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the query cannot be read", e);
    }
  }

  /** Also for an error of the runtime, which would leave the request without an answer. */
  private static Response failed(Route route, Throwable e) {
    log.error("control interface: {} {} failed", route.method(), route.path(), e);
    return Response.refusal(500, "the daemon failed to answer; its log has the reason");
  }

  private static String header(HttpServerRequest http, String name) {
    String value = http.getHeader(name);
    return value == null ? "" : value;
  }

  private static void send(HttpServerRequest http, Response response) {
    HttpServerResponse answer = http.response();
    if (answer.closed() || answer.ended()) {
      return;
    }
    answer
        .setStatusCode(response.status())
        .putHeader("Content-Type", response.contentType())
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Content-Type-Options", "nosniff");
    response.headers().forEach(answer::putHeader);
    answer.end(Buffer.buffer(response.body().getBytes(StandardCharsets.UTF_8)));
  }
}
