package toolr0.remote;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Sends requests to an endpoint, each once. Redirects are not followed, so that the key goes to
 * nobody else, and what is kept of a response is bounded.
 */
final class Transport implements AutoCloseable {
  /** Longest response that is read; an answer of a million characters is shorter. */
  static final int MAX_RESPONSE_BYTES = 4 << 20;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration LONGEST_GET = Duration.ofMinutes(1);

  private final Endpoint endpoint;
  private final HttpClient client;

  Transport(Endpoint endpoint) {
    this.endpoint = endpoint;
    // With HTTP/2 the client would offer an upgrade, on which uvicorn, and with it vLLM, drops the
    // request's body (https://github.com/Kludex/uvicorn/issues/2722).
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  /**
   * Waits no longer for the response than the endpoint's timeout, {@link #LONGEST_GET} and {@code
   * most}.
   */
  Exchange get(String path, Duration most) throws InterruptedException {
    return send(request(path).GET(), shortest(endpoint.timeout(), LONGEST_GET, most));
  }

  /**
   * Sends JSON, and waits no longer for the response than the endpoint's timeout and {@code most}.
   */
  Exchange post(String path, String json, Duration most) throws InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json, StandardCharsets.UTF_8)),
        shortest(endpoint.timeout(), most));
  }

  private static Duration shortest(Duration... durations) {
    return Collections.min(List.of(durations));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(endpoint.base() + path))
            .header("Accept", "application/json");
    endpoint.apiKey().ifPresent(key -> request.header("Authorization", key.authorization()));
    return request;
  }

  private Exchange send(HttpRequest.Builder request, Duration timeout) throws InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> response =
        client.sendAsync(request.build(), head -> new BoundedBody(MAX_RESPONSE_BYTES));
    try {
      return read(response.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      response.cancel(true);
      return new Exchange.TimedOut(timeout);
    } catch (InterruptedException e) {
      response.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      return failure(e);
    }
  }

  private static Exchange read(HttpResponse<byte[]> response) {
    byte[] body = response.body();
    if (body.length > MAX_RESPONSE_BYTES) {
      return new Exchange.Response(
          response.statusCode(),
          response.headers(),
          "",
          Optional.of("the response is longer than " + (MAX_RESPONSE_BYTES >> 20) + " MiB"));
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      return new Exchange.Response(
          response.statusCode(), response.headers(), text, Optional.empty());
    } catch (CharacterCodingException e) {
      return new Exchange.Response(
          response.statusCode(),
          response.headers(),
          "",
          Optional.of("the response is not UTF-8 text"));
    }
  }

  private static Exchange failure(ExecutionException e) {
    return switch (e.getCause()) {
      case HttpConnectTimeoutException _ ->
          new Exchange.Unreachable("no connection within " + CONNECT_TIMEOUT.toSeconds() + " s");
      case ConnectException refused when refused.getCause() instanceof UnresolvedAddressException ->
          new Exchange.Unreachable("the host is not known");
      case ConnectException refused ->
          new Exchange.Unreachable(
              Optional.ofNullable(refused.getMessage()).orElse("the connection was refused"));
      case SSLException tls -> new Exchange.Unreachable("no TLS connection: " + tls.getMessage());
      case IOException broken ->
          new Exchange.Broken("the connection broke: " + broken.getMessage());
      case RuntimeException odd ->
          new Exchange.Broken("the response is not HTTP: " + odd.getMessage());
      case Error error -> throw error;
      case null, default -> throw new IllegalStateException(e);
    };
  }

  /** Ends all requests. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
