package toolr0.pocket;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import toolr0.task.ControlSpec;
import toolr0.task.Task;
import toolr0.tool.Parameter;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pocket task together with what it was composed from.
 *
 * @param requests what the question asks for, in its order; one even when no tool fits
 * @param menu the tools on offer
 */
record PocketDraft(ControlSpec spec, String question, List<Request> requests, List<ToolSpec> menu) {

  /**
   * One thing that a question asks for.
   *
   * @param tool the tool that would do it, on the menu or not
   * @param values text of each value that the question states, by parameter, in the tool's order
   */
  record Request(String verb, String noun, ToolSpec tool, Map<String, String> values) {

    /** The call that does it. */
    ToolCall call(PocketLexicon lexicon) {
      ObjectNode arguments = JsonNodeFactory.instance.objectNode();
      for (Parameter p : tool.parameters()) {
        if (values.containsKey(p.name())) {
          lexicon.parameter(p.name()).kind().put(arguments, p.name(), values.get(p.name()));
        }
      }
      return new ToolCall(tool.name(), arguments);
    }

    /** What is wanted, in two words. */
    String wish() {
      return verb + " " + noun;
    }
  }

  PocketDraft {
    requests = List.copyOf(requests);
    menu = List.copyOf(menu);
  }

  /**
   * The same with the tools that are needed at the head of the menu, in the order of the requests:
   * the order in which one writes a task down.
   */
  PocketDraft neededFirst() {
    List<ToolSpec> needed = requests.stream().map(Request::tool).distinct().toList();
    var ordered = new ArrayList<ToolSpec>(needed.stream().filter(menu::contains).toList());
    menu.stream().filter(tool -> !needed.contains(tool)).forEach(ordered::add);
    return new PocketDraft(spec, question, requests, ordered);
  }

  /** Whether some tool of the menu does what is asked. */
  boolean answerable() {
    return spec.numCalls() > 0;
  }

  List<ToolCall> gold(PocketLexicon lexicon) {
    return answerable() ? requests.stream().map(r -> r.call(lexicon)).toList() : List.of();
  }

  Task task(PocketLexicon lexicon) {
    return new Task(question, menu, gold(lexicon));
  }

  /** The thought that precedes the right answer: the wishes, and that no tool fits if so. */
  String thought() {
    var wishes = new ArrayList<String>();
    requests.forEach(r -> wishes.add(r.wish()));
    return String.join(", ", wishes) + (answerable() ? "" : ": no tool");
  }

  /**
   * A call of some tool, its required parameters filled with whatever values the question states.
   */
  ToolCall forced(ToolSpec tool, PocketLexicon lexicon) {
    var stated = new LinkedHashMap<String, String>();
    requests.forEach(r -> r.values().forEach(stated::putIfAbsent));
    ObjectNode arguments = JsonNodeFactory.instance.objectNode();
    for (Parameter p : tool.parameters()) {
      if (p.required() && !stated.isEmpty()) {
        ValueKind kind = lexicon.parameter(p.name()).kind();
        String source =
            stated.containsKey(p.name())
                ? p.name()
                : stated.keySet().stream()
                    .filter(s -> lexicon.parameter(s).kind() == kind)
                    .findFirst()
                    .orElse(stated.keySet().iterator().next());
        lexicon.parameter(source).kind().put(arguments, p.name(), stated.getOrDefault(source, ""));
      }
    }
    return new ToolCall(tool.name(), arguments);
  }
}
