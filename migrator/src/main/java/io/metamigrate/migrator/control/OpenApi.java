package io.metamigrate.migrator.control;

import java.util.Map;

/** The description of the HTTP interface, OpenAPI 3.1. Tests hold every answer against it. */
final class OpenApi {
  private static final String DOCUMENT = StatusPage.load("openapi.yaml");

  private OpenApi() {}

  static Response response() {
    return new Response(200, "application/yaml; charset=utf-8", DOCUMENT, Map.of());
  }

  static String document() {
    return DOCUMENT;
  }
}
