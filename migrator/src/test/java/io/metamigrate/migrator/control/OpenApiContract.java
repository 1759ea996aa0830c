package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Holds requests and answers against the served OpenAPI document. */
public final class OpenApiContract {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode document;
  private final Set<String> seen = new TreeSet<>();

  OpenApiContract(String yaml) throws JsonProcessingException {
    document = new YAMLMapper().readTree(yaml);
  }

  Set<String> paths() {
    Set<String> paths = new TreeSet<>();
    document.path("paths").fieldNames().forEachRemaining(paths::add);
    return paths;
  }

  /** What was checked, such as {@code POST /pause 200}. */
  Set<String> seen() {
    return seen;
  }

  /** Of the document that is served. */
  public static OpenApiContract served() {
    try {
      return new OpenApiContract(OpenApi.document());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Fails unless the document allows this answer to this request, and refuses what it refuses. */
  public void check(String method, URI uri, String body, HttpResponse<String> answer) {
    String path = uri.getPath();
    JsonNode operations = document.path("paths").path(path);
    int status = answer.statusCode();
    seen.add(method + " " + path + " " + status);
    JsonNode operation = operations.path(method.toLowerCase(Locale.ROOT));
    if (operation.isMissingNode()) {
      assertThat(status).as(path).isEqualTo(operations.isMissingNode() ? 404 : 405);
      refusal(answer);
      return;
    }
    if (status == 200 || status == 400) {
      assertThat(request(pointer(path, method), operation, uri, body))
          .as("the document allows %s %s %s", method, uri, body)
          .isEqualTo(status == 200);
    }
    JsonNode responses = operation.path("responses");
    String code = responses.has("" + status) ? "" + status : "default";
    String at = pointer(path, method) + "/responses/" + code;
    Optional<String> referred = reference(responses.path(code));
    answer(referred.orElse(at), answer);
  }

  private static String pointer(String path, String method) {
    return "#/paths/"
        + path.replace("~", "~0").replace("/", "~1")
        + "/"
        + method.toLowerCase(Locale.ROOT);
  }

  private boolean request(String pointer, JsonNode operation, URI uri, String body) {
    return query(operation, uri) && body(pointer, operation, body);
  }

  private static boolean query(JsonNode operation, URI uri) {
    if (uri.getRawQuery() == null) {
      return true;
    }
    String[] pair = uri.getRawQuery().split("=", 2);
    for (JsonNode parameter : operation.path("parameters")) {
      if (parameter.path("name").asText().equals(pair[0])) {
        for (JsonNode value : parameter.path("schema").path("enum")) {
          if (value.asText().equals(pair[1])) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean body(String pointer, JsonNode operation, String body) {
    JsonNode declared = operation.path("requestBody");
    if (body.isBlank()) {
      return !declared.path("required").asBoolean();
    }
    if (declared.isMissingNode()) {
      return false;
    }
    String at = reference(declared).orElse(pointer + "/requestBody");
    try {
      return faults(at + "/content/application~1json/schema", JSON.readTree(body)).isEmpty();
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private void answer(String pointer, HttpResponse<String> answer) {
    String type = answer.headers().firstValue("Content-Type").orElseThrow().replaceFirst(";.*", "");
    JsonNode content = document.at(pointer.substring(1)).path("content");
    assertThat(content.has(type)).as("%s: %s", pointer, type).isTrue();
    String schema = pointer + "/content/" + type.replace("/", "~1") + "/schema";
    assertThat(faults(schema, value(type, answer.body()))).as(answer.body()).isEmpty();
  }

  private void refusal(HttpResponse<String> answer) {
    answer("#/components/responses/Refusal", answer);
  }

  private static JsonNode value(String type, String body) {
    if (!type.equals("application/json")) {
      return TextNode.valueOf(body);
    }
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + body, e);
    }
  }

  private Set<String> faults(String pointer, JsonNode value) {
    Set<String> faults = new TreeSet<>();
    ObjectNode referring = document.deepCopy();
    referring.put("$ref", pointer);
    JsonSchemaFactory.getInstance(VersionFlag.V202012)
        .getSchema(referring)
        .validate(value)
        .forEach(fault -> faults.add(fault.getMessage()));
    return faults;
  }

  private static Optional<String> reference(JsonNode node) {
    return Optional.ofNullable(node.get("$ref")).map(JsonNode::asText);
  }
}
