package toolr0.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import toolr0.base.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A server on this machine that speaks HTTP as vLLM and llama.cpp do, and fails as it is told. */
public final class FakeEndpoint implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
  private final List<HttpExchange> exchanges = new CopyOnWriteArrayList<>();
  private final AtomicInteger listings = new AtomicInteger();
  private volatile Script models = exchange -> exchange.json(200, models("tiny"));

  /** Answers a request. */
  @FunctionalInterface
  public interface Script {
    void answer(Exchange exchange) throws IOException, InterruptedException;
  }

  /**
   * A request to answer.
   *
   * @param request its JSON; of the list of models an empty object
   * @param number of the request, from 1
   */
  public record Exchange(HttpExchange http, JsonNode request, int number) {

    /** The last message's text. */
    public String asked() {
      JsonNode messages = request.required("messages");
      return messages.get(messages.size() - 1).required("content").stringValue();
    }

    /** Answers with a text. */
    public void say(String text) throws IOException {
      ObjectNode body = completion(text);
      body.putObject("usage").put("prompt_tokens", 20).put("completion_tokens", text.length());
      json(200, Json.compact(body));
    }

    /** Answers with any JSON. */
    public void json(int status, String body) throws IOException {
      http.getResponseHeaders().set("Content-Type", "application/json");
      bytes(status, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Answers with an error as OpenAI words it. */
    public void error(int status, String message, String code) throws IOException {
      ObjectNode body = Json.object();
      body.putObject("error").put("message", message).put("type", "an_error").put("code", code);
      json(status, Json.compact(body));
    }

    /** Answers with any bytes. */
    public void bytes(int status, byte[] body) throws IOException {
      http.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      http.getResponseBody().write(body);
      http.close();
    }

    /** Ends the connection without a word. */
    public void drop() {
      http.close();
    }

    /** Ends the connection within the answer. */
    public void breakOff() throws IOException {
      http.sendResponseHeaders(200, 1000);
      http.getResponseBody().write("{\"choices\": [".getBytes(StandardCharsets.UTF_8));
      http.getResponseBody().flush();
      http.close();
    }
  }

  /** Starts a server that answers chats by a script. */
  public FakeEndpoint(Script script) throws IOException {
    this(script, 0);
  }

  /** Starts a server at a port, or any when it is 0. */
  FakeEndpoint(Script script, int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext(
        "/v1/models",
        http -> run(models, new Exchange(http, Json.object(), listings.incrementAndGet())));
    server.createContext(
        "/v1/chat/completions",
        http -> {
          String body = new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          JsonNode request = Json.parse(body);
          int number;
          synchronized (requests) {
            requests.add(request);
            exchanges.add(http);
            number = requests.size();
          }
          run(script, new Exchange(http, request, number));
        });
    server.start();
  }

  private static void run(Script script, Exchange exchange) throws IOException {
    try {
      script.answer(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.drop();
    }
  }

  /** Says nothing until the end, after having told of each request that came. */
  static Script silent(CountDownLatch asked, CountDownLatch end) {
    return exchange -> {
      asked.countDown();
      end.await();
    };
  }

  /** Cancels once a server was asked as often as it takes, on a thread of its own. */
  static Thread onceAsked(CountDownLatch asked, Runnable cancel) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                asked.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              cancel.run();
            });
  }

  /** Answers the list of models by a script. */
  public FakeEndpoint withModels(Script script) {
    models = script;
    return this;
  }

  /** A list of models as servers give it. */
  public static String models(String... names) {
    ObjectNode body = Json.object();
    body.put("object", "list");
    body.putArray("data");
    for (String name : names) {
      body.withArray("data").addObject().put("id", name).put("object", "model");
    }
    return Json.compact(body);
  }

  /** A completion as servers give it, without usage. */
  public static ObjectNode completion(String text) {
    ObjectNode body = Json.object();
    body.put("object", "chat.completion");
    ObjectNode choice = body.putArray("choices").addObject();
    choice.put("index", 0).put("finish_reason", "stop");
    choice.putObject("message").put("role", "assistant").put("content", text);
    return body;
  }

  /** The address, without the version. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The chats asked so far, as they came. */
  public List<JsonNode> requests() {
    return List.copyOf(requests);
  }

  /** A header of every chat asked so far, empty texts where it is missing. */
  public List<String> headers(String name) {
    return exchanges.stream()
        .map(http -> String.join(",", http.getRequestHeaders().getOrDefault(name, List.of())))
        .toList();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
