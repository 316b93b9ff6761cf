package toolr0.eval.sets;

import java.util.List;
import java.util.Map;
import toolr0.base.PythonText;
import toolr0.eval.Overlap;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an answer adds to the corpus-level figures over calls and over their arguments. The order of
 * the calls does not count and repeated calls are counted each time; an argument is right when key
 * and {@code str(value)} are those of a gold call of the same name.
 */
record CorpusOverlaps(Overlap calls, Overlap arguments) {

  /**
   * As Hammer's evaluation counts: an argument that is the empty text is no argument, a predicted
   * call is compared with the first gold call of its name that shares an argument with it, and an
   * answer that cannot be read is one wrong call.
   */
  static CorpusOverlaps hammer(ParsedCalls answer, List<ToolCall> gold) {
    int goldArguments = gold.stream().mapToInt(CorpusOverlaps::filled).sum();
    if (!(answer instanceof ParsedCalls.Calls(List<ToolCall> calls, int ignored))) {
      return new CorpusOverlaps(new Overlap(0, 1, gold.size()), new Overlap(0, 0, goldArguments));
    }
    int matchedCalls = 0;
    int matchedArguments = 0;
    for (ToolCall call : calls) {
      List<ToolCall> sameName = ofName(call.name(), gold);
      matchedCalls += sameName.isEmpty() ? 0 : 1;
      matchedArguments +=
          sameName.stream()
              .mapToInt(wanted -> shared(call, wanted, false))
              .filter(n -> n > 0)
              .findFirst()
              .orElse(0);
    }
    int predicted = calls.stream().mapToInt(CorpusOverlaps::filled).sum();
    return new CorpusOverlaps(
        new Overlap(matchedCalls, calls.size() + ignored, gold.size()),
        new Overlap(matchedArguments, predicted, goldArguments));
  }

  /**
   * As Seal-Tools' evaluation counts: a predicted call is compared with the first gold call of its
   * name, and an answer that cannot be read predicts nothing.
   */
  static CorpusOverlaps sealTools(ParsedCalls answer, List<ToolCall> gold) {
    int goldArguments = gold.stream().mapToInt(call -> call.arguments().size()).sum();
    List<ToolCall> calls =
        answer instanceof ParsedCalls.Calls(List<ToolCall> read, int _) ? read : List.of();
    int matchedCalls = 0;
    int matchedArguments = 0;
    for (ToolCall call : calls) {
      List<ToolCall> sameName = ofName(call.name(), gold);
      if (!sameName.isEmpty()) {
        matchedCalls++;
        matchedArguments += shared(call, sameName.getFirst(), true);
      }
    }
    int predicted = calls.stream().mapToInt(call -> call.arguments().size()).sum();
    return new CorpusOverlaps(
        new Overlap(matchedCalls, calls.size(), gold.size()),
        new Overlap(matchedArguments, predicted, goldArguments));
  }

  private static List<ToolCall> ofName(String name, List<ToolCall> gold) {
    return gold.stream().filter(call -> call.name().equals(name)).toList();
  }

  private static int shared(ToolCall predicted, ToolCall wanted, boolean withEmpty) {
    ObjectNode values = wanted.arguments();
    int shared = 0;
    for (Map.Entry<String, JsonNode> argument : predicted.arguments().properties()) {
      JsonNode value = values.get(argument.getKey());
      boolean counts = value != null && (withEmpty || !isEmpty(value));
      if (counts && PythonText.str(argument.getValue()).equals(PythonText.str(value))) {
        shared++;
      }
    }
    return shared;
  }

  private static int filled(ToolCall call) {
    return (int) call.arguments().values().stream().filter(value -> !isEmpty(value)).count();
  }

  private static boolean isEmpty(JsonNode value) {
    return value.isString() && value.stringValue().isEmpty();
  }
}
