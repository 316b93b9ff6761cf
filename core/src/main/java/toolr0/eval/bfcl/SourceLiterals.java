package toolr0.eval.bfcl;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import toolr0.eval.bfcl.FunctionDoc.ParameterDoc;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes values as Java or JavaScript literals of a declared type. A text where another type is
 * declared is an expression, and stays as it is.
 */
final class SourceLiterals {
  private SourceLiterals() {}

  /** The usual ways to write a value; at least one. */
  static List<String> of(JsonNode value, ParameterDoc parameter, SourceLanguage language) {
    return language == SourceLanguage.JAVA
        ? java(value, parameter.type(), parameter.itemType().orElse("any"))
        : javaScript(value, parameter.type(), parameter.itemType().orElse("any"));
  }

  private static List<String> java(JsonNode value, String type, String itemType) {
    if (value instanceof ArrayNode list) {
      List<String> items = list.values().stream().map(item -> javaItem(item, itemType)).toList();
      String element = javaName(itemType, type.equals("Array"));
      return type.equals("Array")
          ? List.of("new " + element + "[]{" + String.join(", ", items) + "}")
          : javaLists(items, element);
    }
    if (value instanceof ObjectNode map) {
      return List.of(javaMap(map));
    }
    return List.of(value.isString() ? value.stringValue() : javaNumber(value, type));
  }

  private static List<String> javaLists(List<String> items, String element) {
    List<String> forms = new ArrayList<>();
    if (items.isEmpty()) {
      forms.add("new ArrayList<>()");
    } else {
      forms.add("new ArrayList<>(Arrays.asList(" + String.join(", ", items) + "))");
      forms.add(
          items.stream()
              .map(item -> "add(" + item + "); ")
              .collect(Collectors.joining("", "new ArrayList<" + element + ">() {{ ", "}}")));
    }
    return forms;
  }

  private static String javaMap(ObjectNode map) {
    return map.isEmpty()
        ? "new HashMap<>()"
        : map.properties().stream()
            .map(e -> "put(" + quoted(e.getKey()) + ", " + javaItem(e.getValue(), "any") + "); ")
            .collect(Collectors.joining("", "new HashMap<String, Object>() {{ ", "}}"));
  }

  private static String javaItem(JsonNode value, String type) {
    return switch (value) {
      case ArrayNode _ -> java(value, "ArrayList", "any").getFirst();
      case ObjectNode map -> javaMap(map);
      case JsonNode text when text.isString() ->
          type.equals("char") ? "'" + text.stringValue() + "'" : quoted(text.stringValue());
      default -> javaNumber(value, type);
    };
  }

  private static String javaNumber(JsonNode value, String type) {
    return switch (type) {
      case "long" -> value + "L";
      case "float" -> value + "f";
      default -> value.toString();
    };
  }

  /** How Java spells a type's name. */
  private static String javaName(String type, boolean primitive) {
    return switch (type) {
      case "integer" -> primitive ? "int" : "Integer";
      case "char" -> primitive ? "char" : "Character";
      case "byte", "short", "long", "float", "double", "boolean" ->
          primitive
              ? type
              : type.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + type.substring(1);
      case "any" -> "Object";
      default -> type;
    };
  }

  private static List<String> javaScript(JsonNode value, String type, String itemType) {
    if (value instanceof ArrayNode || value instanceof ObjectNode) {
      return List.of(javaScriptItem(value, type.equals("array") ? itemType : "any"));
    }
    if (value.isString()) {
      return type.equals("String")
          ? List.of(value.stringValue(), quoted(value.stringValue()))
          : List.of(value.stringValue());
    }
    return List.of(type.equals("Bigint") ? value + "n" : value.toString());
  }

  private static String javaScriptItem(JsonNode value, String type) {
    return switch (value) {
      case ArrayNode list ->
          list.values().stream()
              .map(item -> javaScriptItem(item, type))
              .collect(Collectors.joining(", ", "[", "]"));
      case ObjectNode dict ->
          dict.properties().stream()
              .map(e -> quoted(e.getKey()) + ": " + javaScriptItem(e.getValue(), "any"))
              .collect(Collectors.joining(", ", "{", "}"));
      case JsonNode text when text.isString() -> quoted(text.stringValue());
      default -> type.equals("Bigint") ? value + "n" : value.toString();
    };
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
