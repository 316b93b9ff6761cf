package toolr0.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toolr0.chat.ModelUnavailableException;
import toolr0.policy.Answers;
import toolr0.policy.SamplingParams;
import toolr0.remote.FakeEndpoint.Exchange;
import toolr0.remote.FakeEndpoint.Script;

/** A model behind several endpoints, some of which fail. */
final class SeveralEndpointsTest {
  private static final SamplingParams PARAMS = SamplingParams.at(0.7, 64);
  private final SamplerClient client = new SamplerClient();

  /** Fails in one of the ways in which servers fail. */
  private static void fail(String how, Exchange exchange) throws IOException {
    switch (how) {
      case "500" -> exchange.error(500, "out of memory", "internal");
      case "429" -> {
        exchange.http().getResponseHeaders().set("Retry-After", "3600");
        exchange.error(429, "come back later", "rate_limit");
      }
      case "drop" -> exchange.drop();
      case "half" -> exchange.breakOff();
      case "401" -> exchange.error(401, "the key has expired", "invalid_api_key");
      case "404" -> exchange.error(404, "The model `tiny` does not exist.", "NotFoundError");
      default -> throw new IllegalArgumentException(how);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"500", "429", "drop", "half", "401", "404"})
  void whatOneOfTwoEndpointsFailsInTheOtherAnswers(String how) throws Exception {
    try (FakeEndpoint good = new FakeEndpoint(SamplerClient::echo);
        FakeEndpoint bad = new FakeEndpoint(exchange -> fail(how, exchange));
        RemoteModel model = client.open(bad, good)) {
      List<Answers> answers = model.ask(SamplerClient.questions(30, 1), PARAMS);
      assertThat(answers).allMatch(Answers.Given.class::isInstance);
      assertThat(SamplerClient.texts(model.ask(SamplerClient.questions(30, 1), PARAMS)))
          .isEqualTo(SamplerClient.texts(answers));
      assertThat(model.outage()).isEmpty();
      assertThat(bad.requests()).hasSizeBetween(1, 20);
      assertThat(client.readings().takeNotes())
          .anySatisfy(
              note ->
                  assertThat(note)
                      .startsWith(bad.address() + "/v1")
                      .endsWith("the other endpoints get its requests"));
    }
  }

  @Test
  void anEndpointThatHangsIsLeftToRest() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    client.timeout(Duration.ofSeconds(1));
    try (FakeEndpoint good = new FakeEndpoint(SamplerClient::echo);
        FakeEndpoint hung = new FakeEndpoint(exchange -> end.await());
        RemoteModel model = client.open(hung, good)) {
      assertThat(model.ask(SamplerClient.questions(30, 1), PARAMS))
          .allMatch(Answers.Given.class::isInstance);
      assertThat(hung.requests()).hasSizeLessThanOrEqualTo(8);
      assertThat(client.readings().takeNotes())
          .anyMatch(note -> note.contains("rests (no answer within 1 s)"));
      end.countDown();
    }
  }

  @Test
  void anEndpointThatDiesInTheMiddleIsMissedAndWelcomedBack() throws Exception {
    AtomicBoolean dead = new AtomicBoolean();
    Script mortal =
        exchange -> {
          if (dead.get()) {
            exchange.drop();
          } else {
            SamplerClient.echo(exchange);
          }
        };
    try (FakeEndpoint good = new FakeEndpoint(SamplerClient::echo);
        FakeEndpoint other = new FakeEndpoint(mortal);
        RemoteModel model = client.open(other, good)) {
      List<List<String>> texts =
          SamplerClient.texts(model.ask(SamplerClient.questions(20, 1), PARAMS));
      assertThat(other.requests()).isNotEmpty();
      dead.set(true);
      assertThat(SamplerClient.texts(model.ask(SamplerClient.questions(20, 1), PARAMS)))
          .isEqualTo(texts);
      assertThat(client.readings().takeNotes())
          .singleElement()
          .asString()
          .startsWith(other.address() + "/v1 rests (the connection broke")
          .endsWith("the other endpoints get its requests");
      dead.set(false);
      List<String> notes = List.of();
      for (int i = 0; i < 200 && notes.isEmpty(); i++) {
        model.ask(SamplerClient.questions(8, 1), PARAMS);
        notes = client.readings().takeNotes();
        Thread.sleep(20);
      }
      assertThat(notes).containsExactly(other.address() + "/v1 answers again");
    }
  }

  @Test
  void connectionsThatBreakTogetherMakeAnEndpointRestAsOneThatBreaks() throws Exception {
    CountDownLatch together = new CountDownLatch(16);
    Script restarted =
        exchange -> {
          if (exchange.number() <= 16) {
            together.countDown();
            together.await();
            exchange.drop();
          } else {
            SamplerClient.echo(exchange);
          }
        };
    client.concurrency(16);
    try (FakeEndpoint other =
            new FakeEndpoint(
                exchange -> {
                  together.await();
                  SamplerClient.echo(exchange);
                });
        FakeEndpoint once = new FakeEndpoint(restarted);
        RemoteModel model = client.open(once, other)) {
      assertThat(model.ask(SamplerClient.questions(60, 1), PARAMS))
          .allMatch(Answers.Given.class::isInstance);
      assertThat(client.waits())
          .isNotEmpty()
          .allSatisfy(wait -> assertThat(wait).isLessThanOrEqualTo(Duration.ofMillis(500)));
    }
  }

  @Test
  void anEndpointThatAsksForHoursIsAskedAgainAfterFiveMinutes() throws Exception {
    try (FakeEndpoint good = new FakeEndpoint(SamplerClient::echo);
        FakeEndpoint busy = new FakeEndpoint(exchange -> fail("429", exchange));
        RemoteModel model = client.open(busy, good)) {
      assertThat(model.ask(SamplerClient.questions(30, 1), PARAMS))
          .allMatch(Answers.Given.class::isInstance);
      assertThat(client.waits()).isNotEmpty().containsOnly(Duration.ofMinutes(5));
    }
  }

  @Test
  void whenAllAreGoneThereIsAnOutageThatNamesThemAll() throws Exception {
    Script expired = e -> e.error(401, "the key has expired", "invalid_api_key");
    Script unknown = e -> e.error(404, "The model `tiny` does not exist.", "NotFoundError");
    try (FakeEndpoint one = new FakeEndpoint(expired);
        FakeEndpoint two = new FakeEndpoint(unknown);
        RemoteModel model = client.open(one, two)) {
      assertThatExceptionOfType(ModelUnavailableException.class)
          .isThrownBy(() -> model.ask(SamplerClient.questions(20, 1), PARAMS))
          .withMessageContaining(one.address() + "/v1 refuses access")
          .withMessageContaining("MY_KEY is not set")
          .withMessageContaining(two.address() + "/v1 does not answer for the model \"tiny\"")
          .withMessageContaining("check remote.probe.model (served: tiny)");
      assertThat(one.requests().size() + two.requests().size()).isLessThanOrEqualTo(16);
    }
  }

  @Test
  void oneThatIsNotThereAtFirstIsToldAndDoneWithout() throws Exception {
    String nobody = "http://127.0.0.1:" + freePort();
    try (FakeEndpoint good = new FakeEndpoint(SamplerClient::echo);
        RemoteModel model = client.openAt(List.of(nobody, good.address()))) {
      assertThat(client.readings().takeNotes())
          .singleElement()
          .asString()
          .contains(nobody + "/v1 rests", "cannot be reached: the connection was refused");
      assertThat(model.ask(SamplerClient.questions(20, 2), PARAMS))
          .allMatch(Answers.Given.class::isInstance);
    }
    assertThatExceptionOfType(ModelUnavailableException.class)
        .isThrownBy(() -> client.openAt(List.of(nobody, nobody + "/v2")))
        .withMessageContaining(nobody + "/v1 cannot be reached")
        .withMessageContaining(nobody + "/v2 cannot be reached");
  }

  @Test
  void oneThatServesAnotherModelIsRefused() throws Exception {
    try (FakeEndpoint good = new FakeEndpoint(SamplerClient::echo);
        FakeEndpoint other =
            new FakeEndpoint(SamplerClient::echo)
                .withModels(e -> e.json(200, FakeEndpoint.models("huge", "small")))) {
      assertThatExceptionOfType(ModelUnavailableException.class)
          .isThrownBy(() -> client.open(good, other))
          .withMessage(
              other.address()
                  + "/v1 serves huge, small, but not the model tiny that remote.probe.model names;"
                  + " load it there under that name, or correct remote.probe.model");
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void oneThatListsNothingIsUsedAndThatIsTold() throws Exception {
    try (FakeEndpoint silent =
            new FakeEndpoint(SamplerClient::echo).withModels(e -> e.json(404, "no such page"));
        RemoteModel model = client.open(silent)) {
      assertThat(client.readings().takeNotes())
          .containsExactly(
              silent.address()
                  + "/v1 does not list its models (HTTP 404: no such page), so nobody has checked"
                  + " that it serves tiny");
      assertThat(model.ask(SamplerClient.questions(2, 1), PARAMS))
          .allMatch(Answers.Given.class::isInstance);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void oneThatComesLateIsAskedOnceForWhatItServes() throws Exception {
    int port = freePort();
    AtomicInteger listings = new AtomicInteger();
    CountDownLatch listed = new CountDownLatch(1);
    Script blocked =
        exchange -> {
          listed.await();
          SamplerClient.echo(exchange);
        };
    try (FakeEndpoint good = new FakeEndpoint(blocked);
        RemoteModel model = client.openAt(List.of("http://127.0.0.1:" + port, good.address()));
        FakeEndpoint late = new FakeEndpoint(SamplerClient::echo, port)) {
      late.withModels(
          exchange -> {
            listings.incrementAndGet();
            TimeUnit.MILLISECONDS.sleep(300);
            exchange.json(200, FakeEndpoint.models("tiny"));
            listed.countDown();
          });
      assertThat(model.ask(SamplerClient.questions(20, 1), PARAMS))
          .allMatch(Answers.Given.class::isInstance);
      assertThat(late.requests()).isNotEmpty();
      assertThat(listings).hasValue(1);
    }
  }

  @Test
  void oneThatComesLateAndSaysNothingIsAwaitedNoLongerThanTheDeadline() throws Exception {
    int port = freePort();
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    client.deadline(Duration.ofSeconds(2));
    try (FakeEndpoint good = new FakeEndpoint(SamplerClient::echo);
        RemoteModel model = client.openAt(List.of("http://127.0.0.1:" + port, good.address()));
        FakeEndpoint late = new FakeEndpoint(SamplerClient::echo, port)) {
      late.withModels(FakeEndpoint.silent(asked, end));
      List<Answers> answers = List.of();
      long begin = System.nanoTime();
      for (int i = 0; i < 200 && asked.getCount() > 0; i++) {
        begin = System.nanoTime();
        answers = model.ask(SamplerClient.questions(8, 1), PARAMS);
        TimeUnit.MILLISECONDS.sleep(20);
      }
      end.countDown();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
      assertThat(answers.stream().filter(Answers.Given.class::isInstance)).hasSize(7);
      assertThat(answers.stream().filter(Answers.Failed.class::isInstance))
          .singleElement()
          .satisfies(
              failed ->
                  assertThat(SamplerClient.cause(failed))
                      .startsWith("no answer within the 2 s for all questions together"));
      assertThat(model.outage()).isEmpty();
    }
  }
}
