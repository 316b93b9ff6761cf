package toolr0.eval.bfcl;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.POJONode;

/** The class that a value has in Python, where a bool is no int and an int is no float. */
enum PythonClass {
  NULL,
  BOOL,
  INT,
  FLOAT,
  STR,
  LIST,
  TUPLE,
  SET,
  DICT;

  /** The exact class of a value; anything that JSON has no notation for is a tuple. */
  static PythonClass of(JsonNode value) {
    if (value.isString()) {
      return STR;
    }
    if (value.isIntegralNumber()) {
      return INT;
    }
    if (value.isNumber()) {
      return FLOAT;
    }
    if (value.isBoolean()) {
      return BOOL;
    }
    return switch (value) {
      case ArrayNode _ -> LIST;
      case ObjectNode _ -> DICT;
      case POJONode _ -> TUPLE;
      default -> NULL;
    };
  }

  /** A tuple, which decoders of Python source give and JSON cannot hold. */
  static JsonNode tuple(ArrayNode elements) {
    return new POJONode(elements);
  }

  /** A tuple as the list of its elements; any other value as it is. */
  static JsonNode tupleAsList(JsonNode value) {
    return value instanceof POJONode tuple && tuple.getPojo() instanceof ArrayNode list
        ? list
        : value;
  }
}
