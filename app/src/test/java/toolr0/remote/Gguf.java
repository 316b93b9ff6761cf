package toolr0.remote;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import toolr0.base.Json;
import toolr0.torch.checkpoint.Safetensors;
import toolr0.torch.checkpoint.TensorInfo;
import tools.jackson.databind.JsonNode;

/**
 * A float32 Qwen2 checkpoint with tied embeddings as a GGUF file, version 3, that llama.cpp reads:
 * header, metadata, a list of tensors, the tensors.
 */
final class Gguf {
  private static final int UINT32 = 4;
  private static final int INT32 = 5;
  private static final int FLOAT32 = 6;
  private static final int BOOL = 7;
  private static final int STRING = 8;
  private static final int ARRAY = 9;
  private static final int ALIGNMENT = 32;
  private static final int NORMAL_TOKEN = 1;
  private static final int CONTROL_TOKEN = 3;
  private static final int UNUSED_TOKEN = 5;

  private final Bytes metadata = new Bytes();
  private int entries;

  private Gguf() {}

  /** Little-endian bytes. */
  private static final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Bytes raw(byte[] bytes) {
      out.writeBytes(bytes);
      return this;
    }

    Bytes int32(int value) {
      return raw(ordered(4).putInt(value).array());
    }

    Bytes int64(long value) {
      return raw(ordered(8).putLong(value).array());
    }

    Bytes float32(double value) {
      return raw(ordered(4).putFloat((float) value).array());
    }

    Bytes text(String value) {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      return int64(utf8.length).raw(utf8);
    }

    Bytes pad() {
      return raw(new byte[Math.floorMod(-out.size(), ALIGNMENT)]);
    }

    private static ByteBuffer ordered(int size) {
      return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** Writes a checkpoint folder as one file. */
  static void write(Path checkpoint, Path file) throws IOException {
    JsonNode config = Json.parse(Files.readString(checkpoint.resolve("config.json")));
    Gguf gguf = new Gguf();
    gguf.architecture(config);
    gguf.vocabulary(checkpoint, config);
    try (Safetensors weights = Safetensors.openFolder(checkpoint);
        OutputStream out = Files.newOutputStream(file)) {
      List<TensorInfo> tensors = List.copyOf(weights.tensors().values());
      Bytes head = new Bytes().raw("GGUF".getBytes(StandardCharsets.US_ASCII)).int32(3);
      head.int64(tensors.size()).int64(gguf.entries).raw(gguf.metadata.out.toByteArray());
      long offset = 0;
      for (TensorInfo tensor : tensors) {
        List<Long> innermostFirst = new ArrayList<>(tensor.shape());
        Collections.reverse(innermostFirst);
        head.text(name(tensor.name())).int32(innermostFirst.size());
        innermostFirst.forEach(head::int64);
        head.int32(0).int64(offset);
        offset = Math.ceilDiv(offset + tensor.data().byteSize(), ALIGNMENT) * (long) ALIGNMENT;
      }
      out.write(head.pad().out.toByteArray());
      for (TensorInfo tensor : tensors) {
        byte[] bytes = tensor.data().toArray(ValueLayout.JAVA_BYTE);
        out.write(new Bytes().raw(bytes).pad().out.toByteArray());
      }
    }
  }

  private void architecture(JsonNode config) {
    int heads = config.required("num_attention_heads").asInt();
    int headDim = config.required("hidden_size").asInt() / heads;
    put("general.architecture", STRING).text("qwen2");
    put("general.name", STRING).text("pocket");
    put("general.file_type", UINT32).int32(0);
    put("qwen2.context_length", UINT32).int32(config.required("max_position_embeddings").asInt());
    put("qwen2.embedding_length", UINT32).int32(config.required("hidden_size").asInt());
    put("qwen2.block_count", UINT32).int32(config.required("num_hidden_layers").asInt());
    put("qwen2.feed_forward_length", UINT32).int32(config.required("intermediate_size").asInt());
    put("qwen2.attention.head_count", UINT32).int32(heads);
    put("qwen2.attention.head_count_kv", UINT32)
        .int32(config.required("num_key_value_heads").asInt());
    put("qwen2.rope.dimension_count", UINT32).int32(headDim);
    put("qwen2.attention.layer_norm_rms_epsilon", FLOAT32)
        .float32(config.required("rms_norm_eps").asDouble());
    put("qwen2.rope.freq_base", FLOAT32).float32(config.required("rope_theta").asDouble());
  }

  private void vocabulary(Path checkpoint, JsonNode config) throws IOException {
    JsonNode tokenizer = Json.parse(Files.readString(checkpoint.resolve("tokenizer.json")));
    int size = config.required("vocab_size").asInt();
    String[] tokens = new String[size];
    int[] types = new int[size];
    for (int i = 0; i < size; i++) {
      tokens[i] = "unused" + i;
      types[i] = UNUSED_TOKEN;
    }
    tokenizer
        .required("model")
        .required("vocab")
        .properties()
        .forEach(e -> set(tokens, types, e.getValue().asInt(), e.getKey(), NORMAL_TOKEN));
    for (JsonNode added : tokenizer.required("added_tokens").values()) {
      String content = added.required("content").stringValue();
      set(tokens, types, added.required("id").asInt(), content, CONTROL_TOKEN);
    }
    put("tokenizer.ggml.model", STRING).text("gpt2");
    put("tokenizer.ggml.pre", STRING).text("qwen2");
    array("tokenizer.ggml.tokens", STRING, size);
    List.of(tokens).forEach(metadata::text);
    array("tokenizer.ggml.token_type", INT32, size);
    IntStream.of(types).forEach(metadata::int32);
    List<JsonNode> merges = List.copyOf(tokenizer.required("model").required("merges").values());
    array("tokenizer.ggml.merges", STRING, merges.size());
    merges.forEach(
        pair ->
            metadata.text(
                pair.isString()
                    ? pair.stringValue()
                    : pair.get(0).stringValue() + " " + pair.get(1).stringValue()));
    JsonNode end = config.required("eos_token_id");
    put("tokenizer.ggml.eos_token_id", UINT32).int32((end.isArray() ? end.get(0) : end).asInt());
    put("tokenizer.ggml.padding_token_id", UINT32).int32(config.required("pad_token_id").asInt());
    put("tokenizer.ggml.add_bos_token", BOOL).raw(new byte[1]);
    JsonNode settings = Json.parse(Files.readString(checkpoint.resolve("tokenizer_config.json")));
    put("tokenizer.chat_template", STRING).text(settings.required("chat_template").stringValue());
  }

  private static void set(String[] tokens, int[] types, int id, String token, int type) {
    tokens[id] = token;
    types[id] = type;
  }

  private Bytes put(String key, int type) {
    entries++;
    return metadata.text(key).int32(type);
  }

  private void array(String key, int type, int length) {
    put(key, ARRAY).int32(type).int64(length);
  }

  /** A tensor's name in llama.cpp. */
  private static String name(String huggingFace) {
    return switch (huggingFace) {
      case "model.embed_tokens.weight" -> "token_embd.weight";
      case "model.norm.weight" -> "output_norm.weight";
      default ->
          huggingFace
              .replace("model.layers.", "blk.")
              .replace("self_attn.o_proj", "attn_output")
              .replaceAll("self_attn\\.([qkv])_proj", "attn_$1")
              .replaceAll("mlp\\.(gate|up|down)_proj", "ffn_$1")
              .replace("post_attention_layernorm", "ffn_norm")
              .replace("input_layernorm", "attn_norm");
    };
  }
}
