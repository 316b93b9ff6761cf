package toolr0.tool;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An argument in which a predicted call differs from a gold call.
 *
 * @param predicted the predicted value, empty when the argument is missing
 * @param gold the gold value, empty when gold has no such argument
 */
public record ArgumentDifference(
    String key, Optional<JsonNode> predicted, Optional<JsonNode> gold) {}
