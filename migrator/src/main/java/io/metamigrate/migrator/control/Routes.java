package io.metamigrate.migrator.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.metamigrate.migrator.control.Route.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** The routes that every daemon has. Requests for a change are logged with their results. */
final class Routes {
  private static final int MAX_REASON = 200;

  private final Controls controls;
  private final Metrics metrics;

  Routes(Controls controls, Metrics metrics) {
    this.controls = controls;
    this.metrics = metrics;
  }

  List<Route> all() {
    return List.of(
        new Route("GET", "/", Access.OPEN, request -> StatusPage.response()),
        new Route("GET", "/openapi.yaml", Access.OPEN, request -> OpenApi.response()),
        new Route("GET", "/healthz", Access.OPEN, request -> healthResponse(controls.unhealthy())),
        new Route("GET", "/readyz", Access.OPEN, request -> ready()),
        new Route("GET", "/metrics", Access.READ, request -> scrape()),
        new Route("GET", "/status", Access.READ, request -> status()),
        new Route("GET", "/phases", Access.READ, request -> phases()),
        new Route("POST", "/pause", Access.CHANGE, this::pause),
        new Route("POST", "/resume", Access.CHANGE, this::resume),
        new Route("POST", "/abort", Access.CHANGE, this::abort),
        new Route("POST", "/throttle", Access.CHANGE, this::throttle),
        new Route("POST", "/cutover/confirm", Access.CHANGE, this::confirmCutover));
  }

  private static Response healthResponse(Optional<String> problem) {
    return problem.map(why -> Response.text(503, why)).orElseGet(() -> Response.text(200, "ok"));
  }

  /** Every reason on a line of its own. */
  private Response ready() {
    List<String> reasons = new ArrayList<>();
    controls.notReady().ifPresent(reasons::add);
    controls
        .status()
        .health()
        .problems()
        .forEach(
            problem ->
                reasons.add(
                    problem.text()
                        + problem.since().map(since -> " (since " + since + ")").orElse("")));
    return reasons.isEmpty()
        ? Response.text(200, "ok")
        : Response.text(503, String.join("\n", reasons));
  }

  private Response scrape() {
    return new Response(
        200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape(), Map.of());
  }

  private Response status() {
    return Response.json(200, StatusJson.write(controls.status()));
  }

  private Response phases() {
    var names = JsonNodeFactory.instance.arrayNode();
    controls.phases().forEach(names::add);
    return Response.json(200, names.toString());
  }

  private Response pause(RouteRequest request) {
    JsonNode body = OperatorRequest.body(request, Set.of("reason"));
    String reason =
        OperatorRequest.text(body, "reason").replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}]", " ").strip();
    String given = reason.isEmpty() ? "the operator" : reason;
    String shown = given.length() > MAX_REASON ? given.substring(0, MAX_REASON) : given;
    return OperatorRequest.answer(
        request,
        "pause",
        controls.pause(request.isNamed() ? request.caller() + ": " + shown : shown));
  }

  private Response resume(RouteRequest request) {
    OperatorRequest.body(request, Set.of());
    return OperatorRequest.answer(request, "resume", controls.resume());
  }

  private Response abort(RouteRequest request) {
    String clean = request.query().getOrDefault("clean", "false");
    if (!Set.of("clean").containsAll(request.query().keySet())
        || !Set.of("true", "false").contains(clean)) {
      throw new IllegalArgumentException(
          "abort takes ?clean=true or ?clean=false and nothing else");
    }
    OperatorRequest.body(request, Set.of());
    return OperatorRequest.answer(request, "abort", controls.abort(clean.equals("true")));
  }

  private Response throttle(RouteRequest request) {
    JsonNode body = OperatorRequest.body(request, Set.of("maxRate", "inFlight"));
    OptionalLong maxRate =
        number(body, "maxRate")
            .map(JsonNode::longValue)
            .map(OptionalLong::of)
            .orElseGet(OptionalLong::empty);
    OptionalInt inFlight =
        number(body, "inFlight")
            .map(JsonNode::intValue)
            .map(OptionalInt::of)
            .orElseGet(OptionalInt::empty);
    return OperatorRequest.answer(
        request, "throttle", controls.throttle(new ThrottleChange(maxRate, inFlight)));
  }

  private Response confirmCutover(RouteRequest request) {
    String cluster =
        OperatorRequest.text(OperatorRequest.body(request, Set.of("cluster")), "cluster");
    if (cluster.isBlank()) {
      throw new IllegalArgumentException("give the cluster's name: {\"cluster\": \"NAME\"}");
    }
    return OperatorRequest.answer(request, "confirm cutover", controls.confirmCutover(cluster));
  }

  private static Optional<JsonNode> number(JsonNode body, String key) {
    JsonNode value = body.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new IllegalArgumentException(key + " is not a whole number");
    }
    return Optional.of(value);
  }
}
