package toolr0.remote;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import toolr0.remote.ChatProtocol.ServerError;

/** Decides what an exchange means: an answer, a failure, another attempt, or the end. */
final class Triage {
  private static final Pattern CONTEXT =
      Pattern.compile("context[_ ](length|size|window)", Pattern.CASE_INSENSITIVE);
  private static final Pattern EXTENSION = Pattern.compile("top_k|min_p|repetition_penalty");
  private static final Pattern LOG_PROBS = Pattern.compile("logprobs|return_token_ids");
  private static final String UNKNOWN_MODEL = "model_not_found";
  private static final String NO_CREDIT = "insufficient_quota";
  private static final int SHOWN_MODELS = 20;

  /** What servers say to {@code n} greater than 1 where they know no more than one answer. */
  private static final Set<Integer> REFUSALS_OF_SEVERAL = Set.of(400, 422, 500, 501);

  private final Endpoint endpoint;

  Triage(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /**
   * What follows from a chat's exchange.
   *
   * @param model the name it was sent to
   * @param served the names that the endpoint lists, empty when it lists none
   */
  Step<ChatResult> chat(Exchange exchange, String model, List<String> served) {
    return switch (exchange) {
      case Exchange.Response(int status, HttpHeaders _, String text, Optional<String> defect)
          when status == 200 ->
          defect.<Step<ChatResult>>map(Step.Failed::new).orElseGet(() -> answered(text));
      case Exchange.Response response -> refusedChat(response, model, served);
      case Exchange.Unanswered none -> unanswered(none);
    };
  }

  private Step<ChatResult> answered(String body) {
    return switch (ChatProtocol.body(body)) {
      case ChatProtocol.Body.Read(ChatResult.Answered answered) -> new Step.Done<>(answered);
      case ChatProtocol.Body.Unusable(String reason) -> new Step.Failed<>(masked(reason));
    };
  }

  private Step<ChatResult> refusedChat(
      Exchange.Response response, String model, List<String> served) {
    ServerError error = error(response);
    int status = response.status();
    boolean bad = status == 400 || status == 413 || status == 422;
    if (bad && CONTEXT.matcher(error.message() + " " + error.kinds()).find()) {
      return new Step.Done<>(new ChatResult.TooLong(said(response)));
    }
    if (bad && LOG_PROBS.matcher(error.message()).find()) {
      return new Step.Hopeless<>(
          "%s does not take all that it was sent (%s); set remote.logprobs to false, which leaves out logprobs and return_token_ids"
              .formatted(endpoint.base(), said(response)));
    }
    if (bad && EXTENSION.matcher(error.message()).find()) {
      return new Step.Hopeless<>(
          "%s does not take all that it was sent (%s); set remote.sampling_extensions to false, which leaves out top_k, min_p and repetition_penalty, in a new run, or name another server in this one"
              .formatted(endpoint.base(), said(response)));
    }
    if (status == 404 || error.kinds().contains(UNKNOWN_MODEL)) {
      return new Step.Hopeless<>(
          "%s does not answer for the model \"%s\" (%s); check %s%s and the address"
              .formatted(
                  endpoint.base(),
                  model,
                  said(response),
                  endpoint.settings().model(),
                  listed(served)));
    }
    return refused(response);
  }

  /** Whether a server may have refused a request because it asks for several answers. */
  static boolean mayRefuseSeveral(Exchange exchange) {
    return exchange instanceof Exchange.Response response
        && REFUSALS_OF_SEVERAL.contains(response.status());
  }

  /** What follows from the exchange for the list of models. */
  Step<List<String>> models(Exchange exchange) {
    return switch (exchange) {
      case Exchange.Response(int status, HttpHeaders _, String text, Optional<String> defect)
          when status == 200 ->
          ChatProtocol.models(text)
              .<Step<List<String>>>map(Step.Done::new)
              .orElseGet(
                  () ->
                      new Step.Failed<>(
                          defect.orElse("the response is no list of models: " + Excerpt.of(text))));
      case Exchange.Response response -> refused(response);
      case Exchange.Unanswered none -> unanswered(none);
    };
  }

  private <T> Step<T> refused(Exchange.Response response) {
    int status = response.status();
    String said = said(response);
    if (status >= 300 && status < 400) {
      String target =
          response
              .headers()
              .firstValue("Location")
              .map(this::masked)
              .map(Excerpt::of)
              .orElse("nowhere");
      return new Step.Hopeless<>(
          "%s redirects to %s (HTTP %d), which is not followed; give the final address"
              .formatted(endpoint.base(), target, status));
    }
    if (status == 401 || status == 403) {
      return new Step.Hopeless<>(
          "%s refuses access (%s); the environment variable %s %s"
              .formatted(
                  endpoint.base(),
                  said,
                  endpoint.settings().apiKey(),
                  endpoint.apiKey().isPresent()
                      ? "holds a key, but not one for this endpoint or model"
                      : "is not set: put the endpoint's key into it"));
    }
    if (error(response).kinds().contains(NO_CREDIT)) {
      return new Step.Hopeless<>(
          "%s gives no more answers to this key (%s)".formatted(endpoint.base(), said));
    }
    if (status == 408 || status == 429 || status >= 500) {
      Optional<Duration> wait =
          response
              .headers()
              .firstValue("Retry-After")
              .flatMap(value -> Backoff.asked(value, Instant.now()));
      return new Step.Again<>(said, wait, wait.isPresent() ? Step.Blame.SERVER : Step.Blame.EITHER);
    }
    return new Step.Failed<>(said);
  }

  private <T> Step<T> unanswered(Exchange.Unanswered exchange) {
    return switch (exchange) {
      case Exchange.Unreachable(String reason) ->
          new Step.Again<>(reason, Optional.empty(), Step.Blame.SERVER);
      case Exchange.Broken(String reason) ->
          new Step.Again<>(reason, Optional.empty(), Step.Blame.SERVER);
      case Exchange.TimedOut(Duration timeout) ->
          new Step.Again<>(
              "no answer within " + timeout.toSeconds() + " s",
              Optional.empty(),
              Step.Blame.SLOW_SERVER);
    };
  }

  private String said(Exchange.Response response) {
    String message = response.defect().orElseGet(() -> error(response).message());
    return "HTTP " + response.status() + (message.isEmpty() ? "" : ": " + message);
  }

  private ServerError error(Exchange.Response response) {
    return ChatProtocol.error(masked(response.text()));
  }

  private String masked(String text) {
    return endpoint.apiKey().map(key -> key.maskIn(text)).orElse(text);
  }

  private static String listed(List<String> served) {
    return served.isEmpty() ? "" : " (served: " + names(served) + ")";
  }

  /** Names of models for a message. */
  static String names(List<String> served) {
    String shown = String.join(", ", served.stream().limit(SHOWN_MODELS).map(Excerpt::of).toList());
    return served.size() > SHOWN_MODELS ? shown + ", ..." : shown;
  }
}
