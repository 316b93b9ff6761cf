package toolr0.pocket;

import java.util.ArrayList;
import java.util.List;
import toolr0.task.Task;
import toolr0.tool.AnswerBlocks.Tag;
import toolr0.tool.CallWriter;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolMenus;

/** The right form of each role's answer, and ways to spoil it. */
final class PocketAnswers {
  private PocketAnswers() {}

  static String solver(String thought, List<ToolCall> calls) {
    return Tag.THINK.wrap(thought) + "\n" + Tag.TOOL_CALL_ANSWER.wrap(CallWriter.write(calls));
  }

  static String generator(Task task) {
    return generator(task.question(), ToolMenus.write(task.tools()), CallWriter.write(task.gold()));
  }

  static String generator(PocketDraft draft, List<ToolCall> calls) {
    return generator(draft.question(), ToolMenus.write(draft.menu()), CallWriter.write(calls));
  }

  static String generator(String question, String menu, String calls) {
    return Tag.QUESTION.wrap(question)
        + "\n"
        + Tag.AVAILABLE_TOOLS.wrap(menu)
        + "\n"
        + Tag.TOOL_CALL_ANSWER.wrap(calls);
  }

  /** JSON with one bracket or quotation mark missing, which no longer parses. */
  static String broken(Dice dice, String json) {
    var places = new ArrayList<Integer>();
    for (int i = 1; i < json.length(); i++) {
      if ("\"]}".indexOf(json.charAt(i)) >= 0) {
        places.add(i);
      }
    }
    int place = places.isEmpty() ? json.length() - 1 : dice.pick(places);
    return json.substring(0, place) + json.substring(place + 1);
  }

  /** An answer without one of its blocks, or without the closing tag of its last block. */
  static String withoutBlock(Dice dice, String answer) {
    List<String> blocks = List.of(answer.split("\n"));
    if (dice.chance(0.4)) {
      return answer.substring(0, answer.lastIndexOf("</"));
    }
    var rest = new ArrayList<>(blocks);
    rest.remove(dice.between(0, blocks.size() - 1));
    return String.join("\n", rest);
  }
}
