package toolr0.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import toolr0.base.Json;
import toolr0.base.JsonSyntaxException;
import toolr0.chat.Chat;
import toolr0.chat.Message;
import toolr0.chat.Reply;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON of OpenAI's chat completions, as far as it is used here. */
final class ChatProtocol {
  /** Held while a response is taken apart, so that there is one tree in memory at a time. */
  private static final ReentrantLock PARSING = new ReentrantLock();

  private ChatProtocol() {}

  /**
   * A request for one greedy answer.
   *
   * @param maxTokens most new tokens, empty for as many as fit
   */
  static String request(String model, Chat chat, OptionalInt maxTokens) {
    ObjectNode node = Json.object();
    node.put("model", model);
    ArrayNode messages = node.putArray("messages");
    for (Message message : chat.messages()) {
      messages.addObject().put("role", message.role().wireName()).put("content", message.content());
    }
    node.put("temperature", 0);
    maxTokens.ifPresent(most -> node.put("max_tokens", most));
    node.put("seed", 0);
    node.put("stream", false);
    return Json.compact(node);
  }

  /** The reply in a successful response's body. */
  static Reply reply(String body) {
    PARSING.lock();
    try {
      return reply(Json.parse(body));
    } catch (JsonSyntaxException e) {
      return new Reply.Failed(Excerpt.of("the response is no JSON: " + e.getMessage()));
    } finally {
      PARSING.unlock();
    }
  }

  private static Reply reply(JsonNode root) {
    if (!(root.get("choices") instanceof ArrayNode choices)
        || !(choices.get(0) instanceof ObjectNode choice)
        || !(choice.get("message") instanceof ObjectNode message)) {
      String said = error(root).map(ServerError::message).orElseGet(() -> Json.compact(root));
      return new Reply.Failed("the response holds no choices[0].message: " + Excerpt.of(said));
    }
    if (text(choice.get("finish_reason")).filter("content_filter"::equals).isPresent()) {
      return new Reply.Failed("the endpoint withheld the answer (content_filter)");
    }
    JsonNode content = message.get("content");
    if (content != null && content.isString()) {
      return new Reply.Answered(content.stringValue(), completionTokens(root));
    }
    if (content != null && !content.isNull()) {
      return new Reply.Failed(
          "choices[0].message.content is no text, but " + Excerpt.of(Json.compact(content)));
    }
    if (message.get("tool_calls") instanceof ArrayNode calls && !calls.isEmpty()) {
      return new Reply.Failed(
          "the endpoint turned the answer into tool_calls; switch its own tool parser off");
    }
    return new Reply.Answered("", completionTokens(root));
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
