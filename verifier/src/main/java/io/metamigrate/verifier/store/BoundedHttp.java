package io.metamigrate.verifier.store;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends a request whose time limit covers the whole answer. The limit of the JDK ends at the first
 * byte of the body ({@code HttpRequest.Builder.timeout} of Java 17), so that a server which sends a
 * byte now and then would never be given up.
 */
public final class BoundedHttp {
  private BoundedHttp() {}

  /**
   * Waits for the answer.
   *
   * @param request with its time limit
   * @throws IOException if the server did not answer completely in time, or could not be reached
   */
  public static HttpResponse<String> send(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    long millis = request.timeout().orElseThrow().toMillis();
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    try {
      return answer.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no complete answer within %d ms".formatted(millis));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    } finally {
      answer.cancel(true);
    }
  }
}
