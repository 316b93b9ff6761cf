package toolr0.eval.bfcl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toolr0.base.Json;
import toolr0.eval.bfcl.FunctionDoc.ParameterDoc;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Calls made from the possible answers of a record: of each argument the first allowed value that
 * the checker takes, of the first {@value #MOST_TRIED}, left out where that is allowed first.
 * Values of Java and JavaScript are literals of the language.
 *
 * @param unanswerable why the checker rejects these calls; empty when it takes them
 */
record GoldCalls(List<ToolCall> calls, Optional<String> unanswerable) {
  private static final int MOST_TRIED = 20;

  static GoldCalls of(AstChecker checker) {
    List<ToolCall> calls = new ArrayList<>();
    for (PossibleAnswer answer : checker.wanted()) {
      Optional<FunctionDoc> function = checker.function(answer);
      ObjectNode arguments = Json.object();
      for (Map.Entry<String, List<JsonNode>> wanted : answer.allowed().entrySet()) {
        choose(wanted.getKey(), wanted.getValue(), function, checker.language())
            .ifPresent(value -> arguments.set(wanted.getKey(), value));
      }
      calls.add(new ToolCall(function.map(FunctionDoc::name).orElse(answer.function()), arguments));
    }
    Optional<String> problem =
        checker
            .check(calls)
            .map(
                error ->
                    "BFCL's checker takes no call made from its answers ("
                        + error.spelling()
                        + ")");
    return new GoldCalls(List.copyOf(calls), problem);
  }

  /** The value to give, or none to leave the argument out. */
  private static Optional<JsonNode> choose(
      String key, List<JsonNode> allowed, Optional<FunctionDoc> function, SourceLanguage language) {
    Optional<ParameterDoc> parameter = function.map(f -> f.parameters().get(key));
    boolean required = function.filter(f -> f.required().contains(key)).isPresent();
    if (parameter.isEmpty()) {
      return allowed.stream().filter(v -> !PossibleAnswer.isOmission(v)).findFirst();
    }
    Optional<JsonNode> fallback = Optional.empty();
    for (JsonNode value : allowed.subList(0, Math.min(MOST_TRIED, allowed.size()))) {
      if (PossibleAnswer.isOmission(value)) {
        if (!required) {
          return Optional.empty();
        }
        continue;
      }
      for (JsonNode form : forms(value, parameter.get(), language)) {
        if (takes(form, parameter.get(), allowed, language)) {
          return Optional.of(form);
        }
        fallback = fallback.or(() -> Optional.of(form));
      }
    }
    return fallback;
  }

  private static boolean takes(
      JsonNode value, ParameterDoc parameter, List<JsonNode> allowed, SourceLanguage language) {
    try {
      return ArgumentCheck.check(value, parameter, allowed, language).isEmpty();
    } catch (CheckerCrash crash) {
      return false;
    }
  }

  /** The ways to write an allowed value. */
  private static List<JsonNode> forms(
      JsonNode allowed, ParameterDoc parameter, SourceLanguage language) {
    boolean dicts = language.classOf(parameter.type()).filter(PythonClass.DICT::equals).isPresent();
    boolean listOfDicts =
        parameter
            .itemType()
            .flatMap(language::classOf)
            .filter(PythonClass.DICT::equals)
            .isPresent();
    JsonNode value = allowed;
    if (dicts && allowed instanceof ObjectNode dict) {
      value = first(dict);
    } else if (listOfDicts && allowed instanceof ArrayNode list) {
      ArrayNode items = Json.array();
      list.values()
          .forEach(item -> items.add(item instanceof ObjectNode dict ? first(dict) : item));
      value = items;
    }
    return language == SourceLanguage.PYTHON
        ? List.of(value)
        : SourceLiterals.of(value, parameter, language).stream()
            .<JsonNode>map(StringNode::valueOf)
            .toList();
  }

  /** A dictionary with the first value that each key may have. */
  private static ObjectNode first(ObjectNode allowed) {
    ObjectNode dict = Json.object();
    for (Map.Entry<String, JsonNode> entry : allowed.properties()) {
      if (!(entry.getValue() instanceof ArrayNode values)) {
        dict.set(entry.getKey(), entry.getValue());
      } else if (!values.isEmpty() && !PossibleAnswer.isOmission(values.get(0))) {
        dict.set(entry.getKey(), values.get(0));
      }
    }
    return dict;
  }
}
