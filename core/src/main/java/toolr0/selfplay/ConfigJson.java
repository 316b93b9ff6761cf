package toolr0.selfplay;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The configuration as JSON: keys in snake case, enums in lower case; every key is present. */
public final class ConfigJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private ConfigJson() {}

  /** The keys whose values differ between two configurations, in dotted form and in their order. */
  static List<String> differingKeys(SelfPlayConfig a, SelfPlayConfig b) {
    List<String> keys = new ArrayList<>();
    collect("", toJson(a), toJson(b), keys);
    return keys;
  }

  /** A map of weights is one value: only the keys of records are entered. */
  private static void collect(String prefix, JsonNode a, JsonNode b, List<String> keys) {
    if (a instanceof ObjectNode left
        && b instanceof ObjectNode right
        && names(left).equals(names(right))) {
      left.properties()
          .forEach(
              e ->
                  collect(
                      prefix.isEmpty() ? e.getKey() : prefix + "." + e.getKey(),
                      e.getValue(),
                      right.required(e.getKey()),
                      keys));
    } else if (!a.equals(b)) {
      keys.add(prefix);
    }
  }

  private static List<String> names(ObjectNode node) {
    return List.copyOf(node.propertyNames());
  }

  public static ObjectNode toJson(SelfPlayConfig config) {
    return MAPPER.valueToTree(config);
  }

  /**
   * A resumed run's configuration as JSON, with the values that the run was started with in the
   * keys that every session may set anew.
   */
  public static ObjectNode toJson(SelfPlayConfig config, SelfPlayConfig started) {
    ObjectNode json = toJson(config);
    json.put("device", started.device());
    json.set("remote", MAPPER.valueToTree(config.remote().inSessionOf(started.remote())));
    return json;
  }

  /**
   * The configuration of a complete tree.
   *
   * @throws tools.jackson.core.JacksonException when a key is unknown or missing, or a value has a
   *     wrong type or range; the cause's message names the key
   */
  public static SelfPlayConfig fromJson(ObjectNode node) {
    return MAPPER.treeToValue(node, SelfPlayConfig.class);
  }
}
