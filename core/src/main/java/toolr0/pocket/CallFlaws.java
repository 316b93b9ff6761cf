package toolr0.pocket;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.node.ObjectNode;

/** Calls with one thing wrong. Every value that comes in anew is of the corpus's part. */
final class CallFlaws {
  private final PocketLexicon lexicon;
  private final PocketTasks tasks;

  CallFlaws(PocketLexicon lexicon, PocketTasks tasks) {
    this.lexicon = lexicon;
    this.tasks = tasks;
  }

  /** Calls without the last argument of one that has several. */
  List<ToolCall> dropLast(Dice dice, List<ToolCall> calls) {
    return changeOne(
        dice,
        calls,
        2,
        arguments -> {
          arguments.remove(names(arguments).getLast());
          return arguments;
        });
  }

  /** Calls with two values of one call exchanged. */
  List<ToolCall> swap(Dice dice, List<ToolCall> calls) {
    return changeOne(
        dice,
        calls,
        2,
        arguments -> {
          List<String> two = dice.shuffled(names(arguments)).subList(0, 2);
          var first = arguments.get(two.get(0));
          arguments.set(two.get(0), arguments.get(two.get(1)));
          arguments.set(two.get(1), first);
          return arguments;
        });
  }

  /** Calls with one value that is not the question's: another one, or one piece of it wrong. */
  List<ToolCall> alter(Dice dice, List<ToolCall> calls) {
    return changeOne(
        dice,
        calls,
        1,
        arguments -> {
          String name = dice.pick(names(arguments));
          String old = arguments.path(name).asString();
          String other;
          do {
            other = tasks.value(dice, name);
          } while (other.equals(old));
          lexicon.parameter(name).kind().put(arguments, name, other);
          return arguments;
        });
  }

  /** Calls of which one has an argument that its tool lacks. */
  List<ToolCall> add(Dice dice, List<ToolCall> calls, String domain, List<ToolSpec> menu) {
    return changeOne(
        dice,
        calls,
        1,
        arguments -> {
          List<String> own =
              menu.stream()
                  .filter(t -> calls.stream().anyMatch(c -> c.name().equals(t.name())))
                  .flatMap(t -> t.parameters().stream().map(p -> p.name()))
                  .toList();
          List<String> foreign =
              lexicon.domain(domain).parameters().stream()
                  .map(PocketLexicon.Word::name)
                  .filter(n -> !own.contains(n) && !arguments.has(n))
                  .toList();
          if (!foreign.isEmpty()) {
            String name = dice.pick(foreign);
            lexicon.parameter(name).kind().put(arguments, name, tasks.value(dice, name));
          }
          return arguments;
        });
  }

  /** Calls of which one names a tool that is not on the menu. */
  List<ToolCall> unknownTool(Dice dice, List<ToolCall> calls, String domain, List<ToolSpec> menu) {
    List<String> others =
        tasks.toolNames(domain).stream()
            .filter(n -> menu.stream().noneMatch(t -> t.name().equals(n)))
            .toList();
    var changed = new ArrayList<>(calls);
    int at = dice.between(0, calls.size() - 1);
    changed.set(at, new ToolCall(dice.pick(others), calls.get(at).arguments()));
    return changed;
  }

  private static List<ToolCall> changeOne(
      Dice dice, List<ToolCall> calls, int fewestArguments, UnaryOperator<ObjectNode> change) {
    var able = new ArrayList<Integer>();
    for (int i = 0; i < calls.size(); i++) {
      if (calls.get(i).arguments().size() >= fewestArguments) {
        able.add(i);
      }
    }
    if (able.isEmpty()) {
      return calls;
    }
    int at = dice.pick(able);
    ToolCall call = calls.get(at);
    var changed = new ArrayList<>(calls);
    changed.set(at, new ToolCall(call.name(), change.apply(call.arguments().deepCopy())));
    return changed;
  }

  private static List<String> names(ObjectNode arguments) {
    return List.copyOf(arguments.propertyNames());
  }
}
