package toolr0.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import toolr0.base.Json;
import toolr0.base.Seed;
import toolr0.chat.Chat;
import toolr0.chat.Message;
import toolr0.policy.Answer;
import toolr0.policy.Answers;
import toolr0.policy.Question;
import toolr0.remote.FakeEndpoint.Exchange;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Opens models behind one or more fake endpoints for questions with several answers. */
final class SamplerClient {
  static final Endpoint.Settings SETTINGS = new Endpoint.Settings("remote.probe.model", "MY_KEY");

  private final Readings readings = new Readings();
  private Duration timeout = Duration.ofMinutes(1);
  private Duration deadline = Duration.ofMinutes(5);
  private Dialect dialect = new Dialect(true, false);
  private int answersPerRequest = 4;
  private int concurrency = 4;
  private int attempts = 6;
  private final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());

  Readings readings() {
    return readings;
  }

  SamplerClient timeout(Duration longest) {
    timeout = longest;
    return this;
  }

  SamplerClient deadline(Duration longest) {
    deadline = longest;
    return this;
  }

  SamplerClient dialect(Dialect spoken) {
    dialect = spoken;
    return this;
  }

  SamplerClient answersPerRequest(int most) {
    answersPerRequest = most;
    return this;
  }

  SamplerClient concurrency(int most) {
    concurrency = most;
    return this;
  }

  SamplerClient attempts(int most) {
    attempts = most;
    return this;
  }

  /** The waits so far. */
  List<Duration> waits() {
    return waits;
  }

  /** Opens the model "tiny" of servers; waits are real. */
  RemoteModel open(FakeEndpoint... servers) {
    return openAt(Stream.of(servers).map(FakeEndpoint::address).toList());
  }

  /** Opens the model "tiny" at addresses. */
  RemoteModel openAt(List<String> addresses) {
    List<Endpoint> endpoints =
        addresses.stream()
            .map(
                address ->
                    new Endpoint(
                        Endpoint.base(address),
                        Optional.of("tiny"),
                        Optional.empty(),
                        concurrency,
                        timeout,
                        SETTINGS))
            .toList();
    RemoteSetup setup =
        new RemoteSetup(
            endpoints,
            new Patience(attempts, deadline),
            dialect,
            answersPerRequest,
            true,
            readings);
    return RemoteModel.open(setup, new Servers(setup, this::noted));
  }

  private Duration noted(Duration wait) {
    waits.add(wait);
    return wait;
  }

  static List<Question> questions(int count, int answers) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Question(
                    new Chat("c" + i, List.of(Message.user("q" + i))),
                    answers,
                    new Seed(9).derive(i)))
        .toList();
  }

  /** Says what a server that keeps to seeds would: texts that follow from chat, seed and place. */
  static void echo(Exchange exchange) throws IOException {
    int n = exchange.request().path("n").asInt(1);
    ObjectNode body = Json.object();
    ArrayNode choices = body.putArray("choices");
    for (int i = n - 1; i >= 0; i--) {
      ObjectNode choice = choices.addObject();
      choice.put("index", i).put("finish_reason", "stop");
      String seed = exchange.request().required("seed").asString();
      choice.putObject("message").put("content", exchange.asked() + "/" + seed + "/" + i);
    }
    body.putObject("usage").put("completion_tokens", 5 * n);
    exchange.json(200, Json.compact(body));
  }

  static List<String> texts(Answers answers) {
    assertThat(answers).isInstanceOf(Answers.Given.class);
    return ((Answers.Given) answers).answersG().stream().map(Answer::text).toList();
  }

  static List<List<String>> texts(List<Answers> answers) {
    return answers.stream().map(SamplerClient::texts).toList();
  }

  static String cause(Answers answers) {
    assertThat(answers).isInstanceOf(Answers.Failed.class);
    return ((Answers.Failed) answers).cause();
  }
}
