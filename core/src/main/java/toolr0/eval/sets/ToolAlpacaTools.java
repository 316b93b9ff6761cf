package toolr0.eval.sets;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import toolr0.base.Json;
import toolr0.base.Text;
import toolr0.tool.Parameter;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tools of one of ToolAlpaca's APIs. Names and descriptions are those of {@code
 * Function_Description}, which also names operations that have no {@code operationId}; parameters
 * are read from the OpenAPI documentation, to which {@code Function_Projection} leads, and from the
 * described {@code Parameters:} line where the documentation does not have the operation.
 */
final class ToolAlpacaTools {
  /** A note on the results of all tools, which stands among the descriptions. */
  private static final String NOTE = "components";

  private static final String PARAMETERS = "Parameters:";
  private static final String REQUIRED = "Required.";
  private static final int SHOWN = 80;
  private static final String ONE_OF = "One of: [";

  private ToolAlpacaTools() {}

  static List<ToolSpec> of(ObjectNode api) throws BadRecord {
    Optional<OpenApi> documentation =
        Fields.optionalText(api, "Documentation").flatMap(OpenApi::parse);
    JsonNode described = api.path("Function_Description");
    Set<String> names = new LinkedHashSet<>(described.propertyNames());
    names.remove(NOTE);
    if (names.isEmpty() && documentation.isPresent()) {
      names.addAll(documentation.get().operations());
    }
    if (names.isEmpty()) {
      throw new BadRecord("its API has neither a Documentation nor a Function_Description");
    }
    List<ToolSpec> tools = new ArrayList<>();
    for (String name : names) {
      Optional<OpenApi.Operation> operation =
          documentation.flatMap(d -> operation(d, name, api.path("Function_Projection")));
      String text = described.path(name).asString("");
      Optional<List<Parameter>> documented =
          operation.isPresent() ? Optional.of(operation.get().parameters()) : Optional.empty();
      String description =
          text.isBlank()
              ? operation.map(OpenApi.Operation::description).orElse("")
              : text.substring(0, lineOfParameters(text)).strip();
      tools.add(
          new ToolSpec(
              name,
              description,
              documented.isPresent() ? documented.get() : parameters(name, described.path(name))));
    }
    return StatedTools.menu(tools);
  }

  private static Optional<OpenApi.Operation> operation(
      OpenApi documentation, String name, JsonNode projection) {
    return projection.path(name) instanceof ArrayNode place && place.size() == 2
        ? documentation
            .operation(place.path(0).asString(""), place.path(1).asString(""))
            .or(() -> documentation.operation(name))
        : documentation.operation(name);
  }

  private static int lineOfParameters(String text) {
    if (text.startsWith(PARAMETERS)) {
      return 0;
    }
    int line = text.indexOf("\n" + PARAMETERS);
    return line < 0 ? text.length() : line + 1;
  }

  /** The parameters of a described tool: a line of JSON from name to type and meaning. */
  private static List<Parameter> parameters(String tool, JsonNode description) throws BadRecord {
    String where = "the Function_Description of \"" + tool + "\"";
    if (!description.isString()) {
      throw new BadRecord(where + " is no text, and the Documentation does not have it");
    }
    String text = description.stringValue();
    int start = lineOfParameters(text);
    if (start == text.length()) {
      return List.of();
    }
    int end = text.indexOf('\n', start);
    String line = text.substring(start + PARAMETERS.length(), end < 0 ? text.length() : end);
    if (!(Json.tryParse(line).orElse(NullNode.getInstance()) instanceof ObjectNode stated)) {
      throw new BadRecord(
          "the %s of %s are no JSON object: %s"
              .formatted(PARAMETERS, where, Text.shorten(line.strip(), SHOWN)));
    }
    List<Parameter> parameters = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : stated.properties()) {
      if (!entry.getValue().isString()) {
        throw new BadRecord(
            "the %s of %s give \"%s\" no text".formatted(PARAMETERS, where, entry.getKey()));
      }
      parameters.add(described(entry.getKey(), entry.getValue().stringValue().strip()));
    }
    return parameters;
  }

  private static Parameter described(String name, String text) throws BadRecord {
    boolean required = text.startsWith(REQUIRED);
    String rest = required ? text.substring(REQUIRED.length()).strip() : text;
    int end = endOfType(rest);
    String type = rest.substring(0, end).strip();
    ObjectNode schema = Json.object();
    schema.put("type", type.isEmpty() ? StatedTools.ANY : type);
    schema.put("description", rest.substring(Math.min(rest.length(), end + 1)).strip());
    int open = rest.indexOf(ONE_OF);
    int close = open < 0 ? -1 : rest.indexOf(']', open);
    if (close >= 0) {
      ArrayNode allowed = schema.putArray("enum");
      for (String value : rest.substring(open + ONE_OF.length(), close).split(",", -1)) {
        allowed.add(value.strip());
      }
    }
    return StatedTools.parameter(name, schema, required);
  }

  /** Where the first stop outside brackets stands. */
  private static int endOfType(String text) {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '[', '{' -> depth++;
        case ']', '}' -> depth--;
        case '.' -> {
          if (depth == 0) {
            return i;
          }
        }
        default -> {}
      }
    }
    return text.length();
  }
}
