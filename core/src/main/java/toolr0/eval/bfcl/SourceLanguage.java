package toolr0.eval.bfcl;

import java.util.Optional;
import toolr0.eval.bfcl.FunctionDoc.ParameterDoc;
import tools.jackson.databind.JsonNode;

/** The language in whose terms a category's functions are stated. */
enum SourceLanguage {
  PYTHON,
  JAVA,
  JAVASCRIPT;

  /** The class that values of a declared type have; no value for a type that BFCL does not know. */
  Optional<PythonClass> classOf(String type) {
    return switch (this) {
      case PYTHON -> pythonClass(type);
      case JAVA -> javaClass(type);
      case JAVASCRIPT -> javaScriptClass(type);
    };
  }

  private static Optional<PythonClass> pythonClass(String type) {
    return switch (type) {
      case "string", "any" -> Optional.of(PythonClass.STR);
      case "integer" -> Optional.of(PythonClass.INT);
      case "float" -> Optional.of(PythonClass.FLOAT);
      case "boolean" -> Optional.of(PythonClass.BOOL);
      case "array", "tuple" -> Optional.of(PythonClass.LIST);
      case "dict" -> Optional.of(PythonClass.DICT);
      default -> Optional.empty();
    };
  }

  private static Optional<PythonClass> javaClass(String type) {
    return switch (type) {
      case "String", "char", "any" -> Optional.of(PythonClass.STR);
      case "byte", "short", "integer", "long" -> Optional.of(PythonClass.INT);
      case "float", "double" -> Optional.of(PythonClass.FLOAT);
      case "boolean" -> Optional.of(PythonClass.BOOL);
      case "Array", "ArrayList", "Queue", "Stack" -> Optional.of(PythonClass.LIST);
      case "Set" -> Optional.of(PythonClass.SET);
      case "HashMap", "Hashtable" -> Optional.of(PythonClass.DICT);
      default -> Optional.empty();
    };
  }

  private static Optional<PythonClass> javaScriptClass(String type) {
    return switch (type) {
      case "String", "any" -> Optional.of(PythonClass.STR);
      case "integer", "Bigint" -> Optional.of(PythonClass.INT);
      case "float" -> Optional.of(PythonClass.FLOAT);
      case "Boolean" -> Optional.of(PythonClass.BOOL);
      case "array" -> Optional.of(PythonClass.LIST);
      case "dict" -> Optional.of(PythonClass.DICT);
      default -> Optional.empty();
    };
  }

  /** Whether the items of a type's lists are checked too. */
  boolean hasItems(String type) {
    return switch (this) {
      case PYTHON -> type.equals("array") || type.equals("tuple");
      case JAVA -> type.equals("Array") || type.equals("ArrayList");
      case JAVASCRIPT -> type.equals("array");
    };
  }

  /** The value that a source literal stands for; text that does not convert stays text. */
  JsonNode convert(String literal, ParameterDoc parameter) throws CheckerCrash {
    return switch (this) {
      case PYTHON -> throw new IllegalStateException("Python's values are no literals");
      case JAVA -> JavaLiterals.convert(literal, parameter.type(), parameter.itemType());
      case JAVASCRIPT ->
          JavaScriptLiterals.convert(literal, parameter.type(), parameter.itemType());
    };
  }
}
