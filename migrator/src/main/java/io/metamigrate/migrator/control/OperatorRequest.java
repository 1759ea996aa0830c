package io.metamigrate.migrator.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Iterator;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every request that changes something has in common: its body, its record, its answer. */
public final class OperatorRequest {
  private static final Logger log = LoggerFactory.getLogger(OperatorRequest.class);
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private OperatorRequest() {}

  /** Logs who asked for what, and answers 200 or 409. */
  public static Response answer(RouteRequest request, String what, RequestOutcome outcome) {
    boolean done = outcome instanceof RequestOutcome.Granted;
    log.info(
        "operator request: {} by {}, done: {}, answer: {}",
        what,
        request.caller(),
        done,
        outcome.message());
    return Response.message(done ? 200 : 409, done, outcome.message());
  }

  /**
   * A field of a body; empty if it is not given.
   *
   * @throws IllegalArgumentException if it is not a text
   */
  static String text(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw new IllegalArgumentException(name + " is not a text");
    }
    return value.textValue();
  }

  /**
   * An empty body is an empty object. What can be read in two ways is refused.
   *
   * @throws IllegalArgumentException for what is no object, or a name that is not known; the server
   *     answers 400
   */
  public static JsonNode body(RouteRequest request, Set<String> known) {
    try {
      JsonNode body = JSON.readTree(request.body().isBlank() ? "{}" : request.body());
      if (!body.isObject()) {
        throw new IllegalArgumentException("the body is not a JSON object");
      }
      for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        if (!known.contains(name)) {
          throw new IllegalArgumentException("the body has an unknown field; known: " + known);
        }
      }
      return body;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the body is not JSON", e);
    }
  }
}
