package toolr0.torch.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import toolr0.base.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is taken from a {@code tokenizer.json}.
 *
 * @param complete the file without truncation and padding
 * @param plain the same without its special tokens, so that text that spells one stays text
 * @param specials special tokens by what they are written as
 * @param size one more than the largest id
 */
record TokenizerJson(String complete, String plain, Map<String, SpecialToken> specials, int size) {

  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * A token beside the model's vocabulary; only special ones are hidden from text and from
   * decoding.
   */
  private record Added(JsonNode node, String content, int id, boolean special) {
    SpecialToken asSpecial() {
      return new SpecialToken(content, id, flag("lstrip"), flag("rstrip"), flag("single_word"));
    }

    private boolean flag(String name) {
      return node.path(name).booleanValue(false);
    }
  }

  TokenizerJson {
    specials = Map.copyOf(specials);
  }

  static TokenizerJson read(Path file) {
    ObjectNode root = parse(file);
    JsonNode model = root.path("model");
    JsonNode vocabulary = model.path("vocab");
    if (vocabulary.isEmpty()) {
      throw new TokenizerException(file + ": model.vocab is missing or empty");
    }
    List<Added> added = added(file, root);
    Map<String, SpecialToken> specials = new TreeMap<>();
    int largest = vocabulary.isArray() ? vocabulary.size() - 1 : 0;
    if (vocabulary.isObject()) {
      for (Map.Entry<String, JsonNode> token : vocabulary.properties()) {
        largest = Math.max(largest, id(file, token.getKey(), token.getValue()));
      }
    }
    for (Added token : added) {
      largest = Math.max(largest, token.id());
      if (token.special()) {
        specials.put(token.content(), token.asSpecial());
      }
    }
    root.putNull("truncation");
    root.putNull("padding");
    String complete = root.toString();
    hideSpecials(file, root, added);
    return new TokenizerJson(complete, root.toString(), specials, largest + 1);
  }

  private static ObjectNode parse(Path file) {
    try {
      if (JSON.readTree(Files.readString(file)) instanceof ObjectNode root) {
        return root;
      }
      throw new TokenizerException(file + ": expected a JSON object");
    } catch (NoSuchFileException e) {
      throw new TokenizerException(
          file + ": no such file; copy the checkpoint's tokenizer.json into this folder", e);
    } catch (IOException e) {
      throw new TokenizerException(file + ": cannot be read: " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new TokenizerException(file + ": not valid JSON: " + Json.problem(e), e);
    }
  }

  private static List<Added> added(Path file, ObjectNode root) {
    List<Added> added = new ArrayList<>();
    for (JsonNode token : root.path("added_tokens").values()) {
      String content = token.path("content").stringValue("");
      if (content.isEmpty()) {
        throw new TokenizerException(file + ": added_tokens holds a token without content");
      }
      boolean special = token.path("special").booleanValue(false);
      added.add(new Added(token, content, id(file, content, token.path("id")), special));
    }
    return added;
  }

  private static int id(Path file, String token, JsonNode id) {
    if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
      throw new TokenizerException(file + ": token " + token + " has the id " + id);
    }
    return id.intValue();
  }

  /**
   * Removes the special tokens. The library numbers added tokens itself unless the vocabulary has
   * them, so the ones that stay are put there too.
   */
  private static void hideSpecials(Path file, ObjectNode root, List<Added> added) {
    if (added.stream().noneMatch(Added::special)) {
      return;
    }
    ArrayNode kept = JSON.createArrayNode();
    for (JsonNode token : root.path("added_tokens").values()) {
      if (!token.path("special").booleanValue(false)) {
        kept.add(token);
      }
    }
    root.set("added_tokens", kept);
    if (kept.isEmpty()) {
      return;
    }
    if (!(root.path("model").path("vocab") instanceof ObjectNode vocabulary)) {
      throw new TokenizerException(
          file + ": not supported: added tokens beside a vocabulary that is a list");
    }
    for (Added token : added) {
      if (!token.special()) {
        vocabulary.put(token.content(), token.id());
      }
    }
  }
}
