package toolr0.eval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import toolr0.base.Hashes;
import toolr0.base.Json;
import toolr0.chat.Chat;
import toolr0.chat.Message;
import toolr0.chat.Reply;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Replies as JSON objects. A reply is found again by benchmark, task and the hash of what was
 * asked, so that a task whose prompt has changed is asked anew.
 */
public final class ReplyLines implements ReplyStore {
  private final Map<Key, Reply> kept = new HashMap<>();
  private final Consumer<List<ObjectNode>> sink;

  private record Key(String benchmark, String task, String prompt) {
    static Key of(String benchmark, Chat chat) {
      ArrayNode messages = Json.array();
      for (Message message : chat.messages()) {
        messages.add(message.role().wireName()).add(message.content());
      }
      return new Key(benchmark, chat.id(), Hashes.sha256(Json.compact(messages)));
    }
  }

  /**
   * A store over lines.
   *
   * @param kept lines that were kept before
   * @param sink takes the lines of further replies, a batch at a time
   * @throws IllegalArgumentException when a line is not a reply
   */
  public ReplyLines(List<ObjectNode> kept, Consumer<List<ObjectNode>> sink) {
    kept.forEach(this::add);
    this.sink = sink;
  }

  /** How many replies are kept. */
  int size() {
    return kept.size();
  }

  @Override
  public Optional<Reply> find(String benchmark, Chat chat) {
    return Optional.ofNullable(kept.get(Key.of(benchmark, chat)));
  }

  @Override
  public void keep(String benchmark, List<Chat> chats, List<Reply> replies) {
    List<ObjectNode> lines = new ArrayList<>();
    for (int i = 0; i < chats.size(); i++) {
      Key key = Key.of(benchmark, chats.get(i));
      line(key, replies.get(i))
          .ifPresent(
              line -> {
                lines.add(line);
                add(line);
              });
    }
    if (!lines.isEmpty()) {
      sink.accept(lines);
    }
  }

  private static Optional<ObjectNode> line(Key key, Reply reply) {
    ObjectNode line = Json.object();
    line.put("benchmark", key.benchmark());
    line.put("doc_id", key.task());
    line.put("prompt_sha256", key.prompt());
    switch (reply) {
      case Reply.Answered(String text, OptionalInt tokens) -> {
        line.put("output", text);
        tokens.ifPresent(n -> line.put("tokens", n));
      }
      case Reply.TooLong(String reason) -> line.put("too_long", reason);
      case Reply.Failed _ -> {
        return Optional.empty();
      }
    }
    return Optional.of(line);
  }

  private void add(ObjectNode line) {
    Key key = new Key(text(line, "benchmark"), text(line, "doc_id"), text(line, "prompt_sha256"));
    JsonNode tokens = line.path("tokens");
    kept.put(
        key,
        line.has("too_long")
            ? new Reply.TooLong(text(line, "too_long"))
            : new Reply.Answered(
                text(line, "output"),
                tokens.isInt() ? OptionalInt.of(tokens.intValue()) : OptionalInt.empty()));
  }

  private static String text(ObjectNode line, String key) {
    if (line.path(key).isString()) {
      return line.path(key).stringValue();
    }
    throw new IllegalArgumentException("there is no text \"" + key + "\" in " + Json.compact(line));
  }
}
