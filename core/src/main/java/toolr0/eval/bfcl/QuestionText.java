package toolr0.eval.bfcl;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * A record's messages as one question: what the system says at the beginning, then the user's
 * words. Where there are several turns each is marked, as in conversations everywhere in this
 * program.
 */
final class QuestionText {
  private QuestionText() {}

  /**
   * The question of a record.
   *
   * @throws MalformedRecord when it is not a list of turns with messages
   */
  static String of(@Nullable JsonNode question) throws MalformedRecord {
    List<String> preamble = new ArrayList<>();
    List<String> turns = new ArrayList<>();
    List<String> marked = new ArrayList<>();
    if (!(question instanceof ArrayNode rounds)) {
      throw new MalformedRecord("it has no list \"question\"");
    }
    for (JsonNode round : rounds.values()) {
      for (JsonNode message : round.values()) {
        if (!(message.get("content") instanceof JsonNode content) || !content.isString()) {
          throw new MalformedRecord("one of its messages has no text");
        }
        String role = message.path("role").asString("");
        if (role.equals("system") && turns.isEmpty()) {
          preamble.add(content.stringValue());
        } else {
          turns.add(content.stringValue());
          marked.add(mark(role) + content.stringValue());
        }
      }
    }
    if (turns.isEmpty()) {
      throw new MalformedRecord("it asks nothing");
    }
    preamble.add(String.join("\n", turns.size() == 1 ? turns : marked));
    return String.join("\n\n", preamble);
  }

  private static String mark(String role) throws MalformedRecord {
    return switch (role) {
      case "user" -> "User: ";
      case "assistant" -> "Agent: ";
      case "system" -> "System: ";
      default -> throw new MalformedRecord("one of its messages has the role \"" + role + "\"");
    };
  }
}
