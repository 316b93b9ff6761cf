package toolr0.torch.checkpoint;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Reads the index of a sharded checkpoint. */
final class ShardIndex {

  private ShardIndex() {}

  /** Tensor name to the name of the shard that holds it. */
  static Map<String, String> read(Path index) {
    JsonNode weightMap =
        JsonFile.read(index)
            .optional("weight_map")
            .filter(JsonNode::isObject)
            .orElseThrow(
                () -> new CheckpointException(index + ": weight_map is missing or not an object"));
    Map<String, String> shardOfTensor = new TreeMap<>();
    for (Map.Entry<String, JsonNode> item : weightMap.properties()) {
      String shard = item.getValue().isString() ? item.getValue().stringValue() : "";
      if (!isPlainName(shard)) {
        throw new CheckpointException(
            "%s: weight_map gives %s for tensor %s, expected the name of a file in this folder"
                .formatted(
                    index,
                    SafetensorsHeader.show(item.getValue().toString()),
                    SafetensorsHeader.show(item.getKey())));
      }
      shardOfTensor.put(item.getKey(), shard);
    }
    if (shardOfTensor.isEmpty()) {
      throw new CheckpointException(index + ": weight_map is empty");
    }
    return shardOfTensor;
  }

  private static boolean isPlainName(String name) {
    return name.endsWith(".safetensors")
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
  }
}
