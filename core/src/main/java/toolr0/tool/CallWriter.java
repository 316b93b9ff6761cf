package toolr0.tool;

import java.util.List;
import toolr0.base.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes calls as the JSON that {@link CallParser} reads: {@code [{"name":..,"arguments":{..}}]}.
 */
public final class CallWriter {
  private CallWriter() {}

  /** The calls on one line without spaces; no call is {@code []}. */
  public static String write(List<ToolCall> calls) {
    return Json.compact(toJson(calls));
  }

  /** The calls as a JSON list. */
  public static ArrayNode toJson(List<ToolCall> calls) {
    ArrayNode list = Json.array();
    calls.forEach(call -> list.add(toJson(call)));
    return list;
  }

  private static ObjectNode toJson(ToolCall call) {
    ObjectNode object = Json.object();
    object.put("name", call.name());
    object.set("arguments", call.arguments());
    return object;
  }
}
