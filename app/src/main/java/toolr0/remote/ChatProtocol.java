package toolr0.remote;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import toolr0.base.Json;
import toolr0.base.JsonSyntaxException;
import toolr0.chat.Message;
import toolr0.policy.Answer;
import toolr0.policy.SamplingParams;
import toolr0.policy.StopReason;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON of OpenAI's chat completions, as far as it is used here. */
final class ChatProtocol {
  /** Held while a response is taken apart, so that there is one tree in memory at a time. */
  private static final ReentrantLock PARSING = new ReentrantLock();

  /** What vLLM, SGLang and llama.cpp alike take for no limit. */
  private static final int NO_TOP_K = -1;

  private ChatProtocol() {}

  /** A request as JSON. */
  static String request(String model, ChatRequest request, Dialect dialect) {
    SamplingParams params = request.params();
    ObjectNode node = Json.object();
    node.put("model", model);
    ArrayNode messages = node.putArray("messages");
    for (Message message : request.chat().messages()) {
      messages.addObject().put("role", message.role().wireName()).put("content", message.content());
    }
    if (params.temperature() == 0) {
      node.put("temperature", 0);
    } else {
      node.put("temperature", params.temperature());
      node.put("top_p", params.topP());
    }
    if (dialect.samplingExtensions()) {
      node.put("top_k", params.topK() == 0 ? NO_TOP_K : params.topK());
      node.put("min_p", 0);
      node.put("repetition_penalty", params.repetitionPenalty());
    }
    if (request.answers() > 1) {
      node.put("n", request.answers());
    }
    if (request.bounded()) {
      node.put("max_tokens", params.maxCompletionLength());
    }
    node.put("seed", request.seed());
    node.put("stream", false);
    if (dialect.logProbs()) {
      node.put("logprobs", true);
      node.put("return_token_ids", true);
    }
    return Json.compact(node);
  }

  /** What is in a successful response's body. */
  sealed interface Body {
    /** Answers. */
    record Read(ChatResult.Answered answered) implements Body {}

    /** None that can be used. */
    record Unusable(String reason) implements Body {}
  }

  /** Reads a successful response's body. */
  static Body body(String text) {
    PARSING.lock();
    try {
      return body(Json.parse(text));
    } catch (JsonSyntaxException e) {
      return new Body.Unusable(Excerpt.of("the response is no JSON: " + e.getMessage()));
    } finally {
      PARSING.unlock();
    }
  }

  private static Body body(JsonNode root) {
    if (!(root.get("choices") instanceof ArrayNode choices) || choices.isEmpty()) {
      return noMessage(root);
    }
    List<JsonNode> ordered = new ArrayList<>(choices.values());
    ordered.sort(Comparator.comparingInt(choice -> choice.path("index").asInt(0)));
    List<Answer> answers = new ArrayList<>();
    for (JsonNode choice : ordered) {
      if (!(choice.get("message") instanceof ObjectNode message)) {
        return noMessage(root);
      }
      Optional<String> finish = text(choice.get("finish_reason"));
      if (finish.filter("content_filter"::equals).isPresent()) {
        return new Body.Unusable("the endpoint withheld the answer (content_filter)");
      }
      JsonNode content = message.get("content");
      if (content != null && !content.isNull() && !content.isString()) {
        return new Body.Unusable(
            "choices[0].message.content is no text, but " + Excerpt.of(Json.compact(content)));
      }
      boolean text = content != null && content.isString();
      if (!text && message.get("tool_calls") instanceof ArrayNode calls && !calls.isEmpty()) {
        return new Body.Unusable(
            "the endpoint turned the answer into tool_calls; switch its own tool parser off");
      }
      answers.add(
          new Answer(
              text ? content.stringValue() : "",
              finish.filter("length"::equals).isPresent()
                  ? StopReason.LENGTH
                  : StopReason.END_OF_TURN,
              tokenIds(choice),
              logProbs(choice)));
    }
    return new Body.Read(new ChatResult.Answered(answers, completionTokens(root)));
  }

  private static Body noMessage(JsonNode root) {
    String said = error(root).map(ServerError::message).orElseGet(() -> Json.compact(root));
    return new Body.Unusable("the response holds no choices[0].message: " + Excerpt.of(said));
  }

  /** The ids that vLLM gives when asked, or llama.cpp with the log-probabilities; else none. */
  private static int[] tokenIds(JsonNode choice) {
    if (choice.get("token_ids") instanceof ArrayNode ids
        && ids.values().stream().allMatch(JsonNode::isInt)) {
      return ids.values().stream().mapToInt(JsonNode::intValue).toArray();
    }
    List<JsonNode> ids = tokens(choice).stream().map(token -> token.path("id")).toList();
    return ids.stream().allMatch(JsonNode::isInt)
        ? ids.stream().mapToInt(JsonNode::intValue).toArray()
        : new int[0];
  }

  private static float[] logProbs(JsonNode choice) {
    List<JsonNode> values = tokens(choice).stream().map(token -> token.path("logprob")).toList();
    if (!values.stream().allMatch(JsonNode::isNumber)) {
      return new float[0];
    }
    float[] logProbsT = new float[values.size()];
    for (int t = 0; t < logProbsT.length; t++) {
      logProbsT[t] = values.get(t).floatValue();
    }
    return logProbsT;
  }

  private static List<JsonNode> tokens(JsonNode choice) {
    return choice.path("logprobs").path("content") instanceof ArrayNode content
        ? List.copyOf(content.values())
        : List.of();
  }

  private static OptionalInt completionTokens(JsonNode root) {
    return root.get("usage") instanceof ObjectNode usage
            && usage.get("completion_tokens") instanceof JsonNode tokens
            && tokens.isInt()
            && tokens.intValue() >= 0
        ? OptionalInt.of(tokens.intValue())
        : OptionalInt.empty();
  }

  /** The names in a list of models, empty when the body is no such list. */
  static Optional<List<String>> models(String body) {
    return tryRead(body, ChatProtocol::models);
  }

  private static Optional<List<String>> models(JsonNode root) {
    if (!(root.get("data") instanceof ArrayNode data)) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    for (JsonNode model : data.values()) {
      text(model.get("id")).ifPresent(names::add);
    }
    return Optional.of(names);
  }

  /**
   * What a server says of an error.
   *
   * @param kinds its type and code, as far as they are given
   */
  record ServerError(String message, List<String> kinds) {}

  /** The error in an unsuccessful response's body; of other bodies the text is the message. */
  static ServerError error(String body) {
    return tryRead(body, ChatProtocol::error)
        .map(error -> new ServerError(Excerpt.of(error.message()), error.kinds()))
        .orElseGet(() -> new ServerError(Excerpt.of(body), List.of()));
  }

  private static Optional<ServerError> error(JsonNode root) {
    JsonNode error = root.get("error");
    JsonNode node = error instanceof ObjectNode ? error : root;
    List<String> kinds = new ArrayList<>();
    text(node.get("type")).ifPresent(kinds::add);
    text(node.get("code")).ifPresent(kinds::add);
    return text(node.get("message"))
        .or(() -> text(error))
        .or(() -> text(root.get("detail")))
        .map(message -> new ServerError(message, kinds));
  }

  private static Optional<String> text(@Nullable JsonNode node) {
    return node != null && node.isString() ? Optional.of(node.stringValue()) : Optional.empty();
  }

  private static <T> Optional<T> tryRead(String body, Function<JsonNode, Optional<T>> reader) {
    PARSING.lock();
    try {
      return Json.tryParse(body).flatMap(reader);
    } finally {
      PARSING.unlock();
    }
  }
}
