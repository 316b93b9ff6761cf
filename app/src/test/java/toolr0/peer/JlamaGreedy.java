package toolr0.peer;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import toolr0.base.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The main class of a process that answers with Jlama: {@code DIR LENGTH}, a prompt's ids a line on
 * standard input, an answer's ids a line on standard output.
 */
final class JlamaGreedy {
  private JlamaGreedy() {}

  public static void main(String[] arguments) throws IOException {
    AbstractModel model =
        ModelSupport.loadModel(
            new File(arguments[0]), null, DType.F32, DType.F32, Optional.empty(), Optional.of(1));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      int[] prompt = Json.parse(line).values().stream().mapToInt(JsonNode::intValue).toArray();
      ObjectNode told = Json.object();
      told.set("answer", answer(model, prompt, Integer.parseInt(arguments[1])));
      System.out.println(Json.compact(told));
    }
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static ArrayNode answer(AbstractModel model, int[] prompt, int length) {
    ArrayNode ids = Json.array();
    try (KvBufferCache.KvBuffer cache = new KvBufferCache(model).getEphemeralKvBuffer();
        AbstractTensor logits = model.makeDenseTensor(model.getConfig().vocabularySize)) {
      AbstractTensor states = model.batchForward(prompt, 0, cache);
      int id = model.sample(states.slice(states.shape().first() - 1), 0f, 0f, logits);
      states.close();
      ids.add(id);
      while (ids.size() < length && !model.getConfig().eosTokens.contains(id)) {
        AbstractTensor state =
            model.forward(id, prompt.length + ids.size() - 1, cache, Optional.empty());
        id = model.sample(state, 0f, 0f, logits);
        state.close();
        ids.add(id);
      }
    }
    return ids;
  }
}
