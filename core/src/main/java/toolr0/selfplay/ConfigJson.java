package toolr0.selfplay;

import tools.jackson.databind.DeserializationFeature;
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

  public static ObjectNode toJson(SelfPlayConfig config) {
    return MAPPER.valueToTree(config);
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
