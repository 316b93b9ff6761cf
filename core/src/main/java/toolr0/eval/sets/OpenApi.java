package toolr0.eval.sets;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import toolr0.base.Json;
import toolr0.tool.Parameter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The operations of an OpenAPI document. References are followed inside the document; one that
 * leads back to itself stands for some object, and what is larger or deeper than any real document
 * is cut.
 */
final class OpenApi {
  private static final Set<String> METHODS =
      Set.of("get", "post", "put", "delete", "patch", "head", "options", "trace");
  private static final String JSON_CONTENT = "application/json";
  private static final int DEEPEST = 40;
  private static final int LARGEST = 50_000;

  private final ObjectNode document;
  private final Resolver resolver = new Resolver();
  private final Map<String, Operation> byName = new LinkedHashMap<>();

  private OpenApi(ObjectNode document) {
    this.document = document;
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (String method : path.getValue().propertyNames()) {
        if (METHODS.contains(method)) {
          operation(path.getKey(), method)
              .ifPresent(found -> byName.putIfAbsent(found.name(path.getKey(), method), found));
        }
      }
    }
  }

  /** The document that a text holds, empty when the text is not a JSON object. */
  static Optional<OpenApi> parse(String text) {
    return Json.tryParse(text)
        .filter(ObjectNode.class::isInstance)
        .map(node -> new OpenApi((ObjectNode) node));
  }

  /** The names of all operations: {@code operationId}, or one made of path and method. */
  Set<String> operations() {
    return byName.keySet();
  }

  Optional<Operation> operation(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  Optional<Operation> operation(String path, String method) {
    JsonNode shared = document.path("paths").path(path);
    return shared.path(method) instanceof ObjectNode stated
        ? Optional.of(new Operation(stated, shared.path("parameters")))
        : Optional.empty();
  }

  /** One operation. */
  final class Operation {
    private final ObjectNode stated;
    private final JsonNode shared;

    private Operation(ObjectNode stated, JsonNode shared) {
      this.stated = stated;
      this.shared = shared;
    }

    /** What it does, in the words of its summary or description. */
    String description() {
      return Fields.optionalText(stated, "summary")
          .or(() -> Fields.optionalText(stated, "description"))
          .orElse("");
    }

    /** Its parameters, those of its path and the properties of its JSON body. */
    List<Parameter> parameters() throws BadRecord {
      Map<String, Parameter> parameters = new LinkedHashMap<>();
      for (JsonNode list : List.of(stated.path("parameters"), shared)) {
        for (JsonNode element : list.values()) {
          if (resolver.resolve(element) instanceof ObjectNode parameter) {
            add(parameter, parameters);
          }
        }
      }
      if (content(resolver.resolve(stated.path("requestBody"))) instanceof ObjectNode body) {
        addProperties(body, parameters);
      }
      return List.copyOf(parameters.values());
    }

    private String name(String path, String method) {
      String place = path.startsWith("/") ? path.substring(1) : path;
      return Fields.optionalText(stated, "operationId")
          .filter(id -> !id.isBlank())
          .orElseGet(
              () -> place.replace('/', '_').replace("{", "").replace("}", "") + "_" + method);
    }
  }

  private static void add(ObjectNode stated, Map<String, Parameter> parameters) throws BadRecord {
    Optional<String> name = Fields.optionalText(stated, "name");
    if (name.isEmpty()) {
      return;
    }
    ObjectNode schema = Json.object();
    if (stated.path("schema") instanceof ObjectNode own) {
      schema.setAll(own);
    } else if (content(stated) instanceof ObjectNode own) {
      schema.setAll(own);
    } else if (stated.has("type")) {
      schema.setAll(stated);
      schema.remove(List.of("name", "in", "required"));
    }
    Fields.optionalText(stated, "description").ifPresent(text -> schema.put("description", text));
    parameters.putIfAbsent(
        name.get(),
        StatedTools.parameter(name.get(), schema, stated.path("required").asBoolean(false)));
  }

  private static void addProperties(ObjectNode schema, Map<String, Parameter> parameters)
      throws BadRecord {
    for (JsonNode part : schema.path("allOf").values()) {
      if (part instanceof ObjectNode object) {
        addProperties(object, parameters);
      }
    }
    Set<String> required = StatedTools.names(schema.path("required"));
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      String name = property.getKey();
      parameters.putIfAbsent(
          name, StatedTools.parameter(name, property.getValue(), required.contains(name)));
    }
  }

  /** The schema of what stands under {@code content}, of JSON where there is a choice. */
  private static JsonNode content(JsonNode holder) {
    JsonNode content = holder.path("content");
    JsonNode media =
        content.has(JSON_CONTENT)
            ? content.path(JSON_CONTENT)
            : content.values().stream().findFirst().orElse(content);
    return media.path("schema");
  }

  /** Puts in place of references what they lead to. */
  private final class Resolver {
    private final Set<String> open = new HashSet<>();
    private int left = LARGEST;

    JsonNode resolve(JsonNode node) {
      return resolve(node, 0);
    }

    private JsonNode resolve(JsonNode node, int depth) {
      return switch (node) {
        case ObjectNode object
            when object.get("$ref") instanceof JsonNode reference && reference.isString() ->
            followed(reference.stringValue(), depth);
        case ObjectNode object -> {
          ObjectNode copy = Json.object();
          for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (depth < DEEPEST && left-- > 0) {
              copy.set(entry.getKey(), resolve(entry.getValue(), depth + 1));
            }
          }
          yield copy;
        }
        case ArrayNode list -> {
          ArrayNode copy = Json.array();
          for (JsonNode element : list.values()) {
            if (depth < DEEPEST && left-- > 0) {
              copy.add(resolve(element, depth + 1));
            }
          }
          yield copy;
        }
        default -> node;
      };
    }

    private JsonNode followed(String reference, int depth) {
      if (depth >= DEEPEST || !open.add(reference)) {
        ObjectNode some = Json.object();
        some.put("type", "object");
        return some;
      }
      JsonNode target = resolve(target(reference), depth + 1);
      open.remove(reference);
      return target.isMissingNode() ? Json.object() : target;
    }

    private JsonNode target(String reference) {
      if (!reference.startsWith("#/")) {
        return Json.object();
      }
      JsonNode at = document;
      for (String step : reference.substring(2).split("/", -1)) {
        at = at.path(step.replace("~1", "/").replace("~0", "~"));
      }
      return at;
    }
  }
}
