package toolr0.eval.bfcl;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import toolr0.base.Json;
import toolr0.eval.bfcl.FunctionDoc.ParameterDoc;
import toolr0.tool.PythonValues;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** The check of one argument: its class first, then its value against those allowed. */
final class ArgumentCheck {
  private ArgumentCheck() {}

  /** What is wrong with an argument's value; no value when nothing is. */
  static Optional<BfclError> check(
      JsonNode given, ParameterDoc parameter, List<JsonNode> allowed, SourceLanguage language)
      throws CheckerCrash {
    if (language != SourceLanguage.PYTHON && !given.isString()) {
      return Optional.of(
          language == SourceLanguage.JAVA ? BfclError.JAVA_TYPE : BfclError.JAVASCRIPT_TYPE);
    }
    JsonNode value =
        language == SourceLanguage.PYTHON
            ? widened(given, parameter.type())
            : language.convert(given.stringValue(), parameter);
    PythonClass expected = classOf(parameter.type(), language);
    Optional<PythonClass> items = Optional.empty();
    if (language.hasItems(parameter.type())) {
      String itemType = parameter.itemType().orElseThrow(() -> crash(BfclError.KEY_ERROR));
      items = Optional.of(classOf(itemType, language));
    }
    Optional<BfclError> wrongClass = wrongClass(value, expected, items, allowed);
    if (wrongClass.isPresent()) {
      return wrongClass;
    }
    boolean variable = classOfFirst(allowed).filter(c -> c != expected).isPresent();
    if (!variable) {
      switch (expected) {
        case DICT -> {
          return dict(value, allowed);
        }
        case LIST -> {
          return items.filter(PythonClass.DICT::equals).isPresent()
              ? listOfDicts((ArrayNode) value, allowed)
              : list((ArrayNode) value, allowed);
        }
        case STR -> {
          return text(value.stringValue(), allowed);
        }
        default -> {}
      }
    }
    return isIn(value, allowed) ? Optional.empty() : Optional.of(BfclError.VALUE);
  }

  private static CheckerCrash crash(BfclError error) {
    return new CheckerCrash(error);
  }

  private static PythonClass classOf(String type, SourceLanguage language) throws CheckerCrash {
    return language.classOf(type).orElseThrow(() -> crash(BfclError.KEY_ERROR));
  }

  /** The only two things that are turned into a declared type: tuples, and integers for floats. */
  private static JsonNode widened(JsonNode value, String type) throws CheckerCrash {
    if (type.equals("tuple")) {
      return PythonClass.tupleAsList(value);
    }
    if (type.equals("float") && PythonClass.of(value) == PythonClass.INT) {
      double widened = value.bigIntegerValue().doubleValue();
      if (Double.isInfinite(widened)) {
        throw crash(BfclError.OVERFLOW_ERROR);
      }
      return DoubleNode.valueOf(widened);
    }
    return value;
  }

  /**
   * A value of the expected class passes when its items do. Another class passes as a variable:
   * when it is that of the first allowed value.
   */
  private static Optional<BfclError> wrongClass(
      JsonNode value, PythonClass expected, Optional<PythonClass> items, List<JsonNode> allowed) {
    PythonClass given = PythonClass.of(value);
    if (given == expected) {
      return items.isEmpty() || itemsPass(value, items.get(), allowed)
          ? Optional.empty()
          : Optional.of(allowed.isEmpty() ? BfclError.TYPE : BfclError.NESTED_TYPE);
    }
    return classOfFirst(allowed).filter(given::equals).isPresent()
        ? Optional.empty()
        : Optional.of(BfclError.TYPE);
  }

  /** Whether the items pass for any of the allowed lists; what is no list lets all pass. */
  private static boolean itemsPass(JsonNode list, PythonClass expected, List<JsonNode> allowed) {
    Set<PythonClass> others = EnumSet.noneOf(PythonClass.class);
    list.values().forEach(item -> others.add(PythonClass.of(item)));
    others.remove(expected);
    return allowed.stream()
        .anyMatch(
            alternative ->
                !(alternative instanceof ArrayNode wanted)
                    || others.isEmpty()
                    || classOfFirst(wanted.values())
                        .map(Set::of)
                        .filter(others::equals)
                        .isPresent());
  }

  private static Optional<PythonClass> classOfFirst(Collection<JsonNode> allowed) {
    return allowed.stream()
        .filter(value -> !PossibleAnswer.isOmission(value))
        .findFirst()
        .map(PythonClass::of);
  }

  private static boolean isIn(JsonNode value, List<JsonNode> allowed) {
    return allowed.stream().anyMatch(a -> PythonValues.equal(value, a));
  }

  private static Optional<BfclError> text(String value, List<JsonNode> allowed) {
    String standard = StandardText.of(value);
    return allowed.stream()
            .filter(JsonNode::isString)
            .anyMatch(a -> StandardText.of(a.stringValue()).equals(standard))
        ? Optional.empty()
        : Optional.of(BfclError.TEXT);
  }

  private static Optional<BfclError> list(ArrayNode value, List<JsonNode> allowed)
      throws CheckerCrash {
    ArrayNode given = standard(List.copyOf(value.values()));
    boolean found = false;
    for (JsonNode alternative : allowed) {
      found |= PythonValues.equal(given, standard(elements(alternative)));
    }
    return found ? Optional.empty() : Optional.of(BfclError.LIST);
  }

  private static ArrayNode standard(List<JsonNode> items) {
    ArrayNode list = Json.array();
    items.forEach(item -> list.add(standard(item)));
    return list;
  }

  private static JsonNode standard(JsonNode value) {
    return value.isString() ? StringNode.valueOf(StandardText.of(value.stringValue())) : value;
  }

  /** What stands at 0, 1, 2 ... of a value: of a text its characters. */
  private static List<JsonNode> elements(JsonNode value) throws CheckerCrash {
    return switch (value) {
      case StringNode text ->
          text.stringValue()
              .codePoints()
              .<JsonNode>mapToObj(c -> StringNode.valueOf(Character.toString(c)))
              .toList();
      case ArrayNode list -> List.copyOf(list.values());
      case ObjectNode dict when dict.isEmpty() -> List.of();
      case ObjectNode _ -> throw crash(BfclError.KEY_ERROR);
      default -> throw crash(BfclError.TYPE_ERROR);
    };
  }

  private static Optional<BfclError> dict(JsonNode value, List<JsonNode> allowed)
      throws CheckerCrash {
    BfclError last = BfclError.DICT_UNCLEAR;
    JsonNode given = withStandardValues(value);
    for (JsonNode alternative : allowed) {
      if (!PossibleAnswer.isOmission(alternative)) {
        Optional<BfclError> error = dict(given, alternative);
        if (error.isEmpty()) {
          return error;
        }
        last = error.get();
      }
    }
    return Optional.of(last);
  }

  private static JsonNode withStandardValues(JsonNode value) {
    if (!(value instanceof ObjectNode dict)) {
      return value;
    }
    ObjectNode standard = Json.object();
    dict.properties().forEach(e -> standard.set(e.getKey(), standard(e.getValue())));
    return standard;
  }

  /**
   * What is wrong with a dictionary, by one that is allowed.
   *
   * @param given with texts in standard form
   */
  private static Optional<BfclError> dict(JsonNode given, JsonNode alternative)
      throws CheckerCrash {
    if (!(given instanceof ObjectNode value)) {
      throw crash(BfclError.ATTRIBUTE_ERROR);
    }
    if (!(alternative instanceof ObjectNode wanted)) {
      throw crash(BfclError.TYPE_ERROR);
    }
    Optional<BfclError> error = Optional.empty();
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      JsonNode values = wanted.get(entry.getKey());
      if (values == null) {
        error = Optional.of(BfclError.DICT_KEY);
        break;
      }
      if (!isIn(entry.getValue(), List.copyOf(standard(elements(values)).values()))) {
        error = Optional.of(BfclError.DICT_VALUE);
        break;
      }
    }
    for (Map.Entry<String, JsonNode> entry : wanted.properties()) {
      if (!value.has(entry.getKey()) && !mayBeOmitted(entry.getValue())) {
        return Optional.of(BfclError.DICT_KEY);
      }
    }
    return error;
  }

  /** Whether Python finds the empty text in a key's values; every text has it in it. */
  private static boolean mayBeOmitted(JsonNode values) throws CheckerCrash {
    return switch (values) {
      case StringNode _ -> true;
      case ArrayNode list -> PossibleAnswer.mayBeOmitted(List.copyOf(list.values()));
      case ObjectNode dict -> dict.has("");
      default -> throw crash(BfclError.TYPE_ERROR);
    };
  }

  private static Optional<BfclError> listOfDicts(ArrayNode value, List<JsonNode> allowed)
      throws CheckerCrash {
    BfclError last = BfclError.DICT_COUNT;
    List<JsonNode> given = value.values().stream().map(ArgumentCheck::withStandardValues).toList();
    for (JsonNode alternative : allowed) {
      List<JsonNode> wanted = elements(alternative);
      Optional<BfclError> error =
          wanted.size() == given.size() ? each(given, wanted) : Optional.of(BfclError.DICT_COUNT);
      if (error.isEmpty()) {
        return error;
      }
      last = error.get();
    }
    return Optional.of(last);
  }

  /** The first thing that is wrong with dictionaries in standard form. */
  private static Optional<BfclError> each(List<JsonNode> given, List<JsonNode> wanted)
      throws CheckerCrash {
    for (int i = 0; i < wanted.size(); i++) {
      Optional<BfclError> error =
          PossibleAnswer.isOmission(wanted.get(i))
              ? Optional.of(BfclError.DICT_UNCLEAR)
              : dict(given.get(i), wanted.get(i));
      if (error.isPresent()) {
        return error;
      }
    }
    return Optional.empty();
  }
}
