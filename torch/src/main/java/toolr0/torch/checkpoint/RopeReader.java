package toolr0.torch.checkpoint;

import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Reads the rotary embedding in all its spellings: {@code rope_theta} with or without {@code
 * rope_scaling}, or {@code rope_parameters} with the theta inside. A theta inside wins over the one
 * outside, {@code rope_scaling} over {@code rope_parameters}, and {@code type} is the old name of
 * {@code rope_type}.
 */
final class RopeReader {

  private static final double DEFAULT_THETA = 10_000;
  private static final String THETA = "rope_theta";
  private static final String FRACTION = "partial_rotary_factor";

  private RopeReader() {}

  static Rope read(ConfigJson config, int maxPositionEmbeddings) {
    requireWholeHead(config);
    Optional<ConfigJson> rope =
        config
            .inner("rope_scaling")
            .filter(scaling -> !scaling.object().isEmpty())
            .or(() -> config.inner("rope_parameters"));
    double theta = config.decimal(THETA, DEFAULT_THETA);
    if (rope.isEmpty()) {
      return Rope.of(theta);
    }
    ConfigJson inner = rope.get();
    requireWholeHead(inner);
    for (Map.Entry<String, JsonNode> item : inner.object().properties()) {
      if (item.getValue().isObject()) {
        throw inner.unsupported(
            SafetensorsHeader.show(item.getKey())
                + " is an object; supported are the same rotary embeddings in all layers");
      }
    }
    return new Rope(inner.decimal(THETA, theta), scaling(inner, maxPositionEmbeddings));
  }

  private static void requireWholeHead(ConfigJson config) {
    if (config.decimal(FRACTION, 1) != 1) {
      throw config.unsupported(
          "%s is %s; supported is 1".formatted(FRACTION, config.decimal(FRACTION, 1)));
    }
  }

  private static Rope.Scaling scaling(ConfigJson rope, int maxPositionEmbeddings) {
    Optional<String> type = rope.text("rope_type");
    Optional<String> old = rope.text("type");
    if (type.isPresent() && old.isPresent() && !type.equals(old)) {
      throw rope.wrong(
          "rope_type is \"%s\", but type, its old name, is \"%s\"; keep one of them"
              .formatted(SafetensorsHeader.show(type.get()), SafetensorsHeader.show(old.get())));
    }
    String name = type.or(() -> old).orElse("default");
    return switch (name) {
      case "default" -> new Rope.Unscaled();
      case "llama3" -> llama3(rope, maxPositionEmbeddings);
      default ->
          throw rope.unsupported(
              "rope_type is \"%s\"; supported are \"default\" and \"llama3\""
                  .formatted(SafetensorsHeader.show(name)));
    };
  }

  private static Rope.Scaling llama3(ConfigJson rope, int maxPositionEmbeddings) {
    try {
      return new Rope.Llama3(
          rope.requiredDecimal("factor"),
          rope.requiredDecimal("low_freq_factor"),
          rope.requiredDecimal("high_freq_factor"),
          rope.optionalInt("original_max_position_embeddings").orElse(maxPositionEmbeddings));
    } catch (IllegalArgumentException e) {
      throw rope.wrong(String.valueOf(e.getMessage()));
    }
  }
}
