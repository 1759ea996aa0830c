package io.metamigrate.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A broker's REST interface below {@code /admin/v2/}: JSON in, JSON out, an error otherwise. */
record AdminApi(String webUrl, HttpClient http) {
  private static final ObjectMapper JSON = new ObjectMapper();

  AdminApi(String webUrl) {
    this(
        webUrl,
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .version(HttpClient.Version.HTTP_1_1)
            .build());
  }

  JsonNode get(String path) throws IOException {
    return JSON.readTree(ask("GET", path, HttpRequest.BodyPublishers.noBody()));
  }

  void put(String path, String json) throws IOException {
    ask("PUT", path, HttpRequest.BodyPublishers.ofString(json));
  }

  void post(String path, String json) throws IOException {
    ask("POST", path, HttpRequest.BodyPublishers.ofString(json));
  }

  void delete(String path) throws IOException {
    ask("DELETE", path, HttpRequest.BodyPublishers.noBody());
  }

  private String ask(String method, String path, HttpRequest.BodyPublisher body)
      throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(webUrl + "/admin/v2/" + path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .method(method, body)
            .build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IOException(
            method + " " + path + ": " + answer.statusCode() + " " + answer.body());
      }
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted: " + method + " " + path, e);
    }
  }
}
