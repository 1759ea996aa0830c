package io.metamigrate.migrator.control;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The page for the operator: one file without anything from elsewhere. */
final class StatusPage {
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
          + " connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";
  private static final String HTML = load("status.html");

  private StatusPage() {}

  static Response response() {
    return new Response(
        200, "text/html; charset=utf-8", HTML, Map.of("Content-Security-Policy", POLICY));
  }

  /** A text of this package's resources. */
  static String load(String name) {
    try (InputStream page = StatusPage.class.getResourceAsStream(name)) {
      if (page == null) {
        throw new IllegalStateException(name + " is missing from the jar");
      }
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
