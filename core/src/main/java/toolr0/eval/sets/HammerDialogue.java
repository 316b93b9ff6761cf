package toolr0.eval.sets;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import toolr0.base.Text;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A dialogue of Hammer's form of API-Bank as one text. Its roles are user, agent (the assistant
 * speaking), assistant (a call that was made, in a code fence) and tool (what the call gave).
 */
final class HammerDialogue {
  /** How the last message asks for the call. */
  private static final String CUE = "Generate API Request:";

  private static final String FENCE = "```";

  private HammerDialogue() {}

  /**
   * The dialogue's text, a turn a line, which ends with the request for the next call.
   *
   * @param apiBank whether the dialogue is API-Bank's, whose own prompts say which year it is
   */
  static String text(JsonNode messages, boolean apiBank) throws BadRecord {
    List<String> turns = new ArrayList<>();
    for (JsonNode message : messages.values()) {
      turns.add(turn(Fields.object(message, "a message")));
    }
    if (turns.isEmpty()) {
      throw new BadRecord("the dialogue is empty");
    }
    return (apiBank ? "The current year is 2023.\n\n" : "")
        + String.join("\n", turns)
        + "\n\nMake the call that comes next in this conversation.";
  }

  private static String turn(ObjectNode message) throws BadRecord {
    String role = Fields.text(message, "role");
    String content = withoutCue(Text.strip(Fields.anyText(message, "content")));
    return switch (role) {
      case "user" -> "User: " + content;
      case "agent" -> "Assistant: " + content;
      case "assistant" -> "Assistant calls: " + withoutFence(content);
      case "tool" -> "Result: " + content;
      default -> role.substring(0, 1).toUpperCase(Locale.ROOT) + role.substring(1) + ": " + content;
    };
  }

  private static String withoutCue(String content) {
    return content.endsWith(CUE)
        ? Text.strip(content.substring(0, content.length() - CUE.length()))
        : content;
  }

  private static String withoutFence(String content) {
    return content.length() >= 2 * FENCE.length()
            && content.startsWith(FENCE)
            && content.endsWith(FENCE)
        ? Text.strip(content.substring(FENCE.length(), content.length() - FENCE.length()))
        : content;
  }
}
