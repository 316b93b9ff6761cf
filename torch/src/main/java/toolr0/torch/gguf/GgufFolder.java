package toolr0.torch.gguf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import toolr0.torch.checkpoint.AtomicFolder;
import toolr0.torch.checkpoint.CheckpointException;
import toolr0.torch.checkpoint.CheckpointFolder;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.TensorInfo;
import toolr0.torch.checkpoint.TensorToWrite;

/** A folder with a checkpoint as one GGUF file, {@value #FILE}, that llama.cpp reads. */
public final class GgufFolder {

  /** The file in the folder. */
  public static final String FILE = "model.gguf";

  /** The version of the rules by which llama.cpp quantises; its readers want it. */
  private static final int QUANTIZATION_VERSION = 2;

  private GgufFolder() {}

  /**
   * Writes an open checkpoint, each matrix in the type that it is stored in.
   *
   * @see #write(Path, ModelConfig, Map, Path)
   */
  public static List<String> write(Path target, CheckpointFolder checkpoint) {
    return write(target, checkpoint.config(), checkpoint.weights().tensors(), checkpoint.path());
  }

  /**
   * Writes a folder that appears whole or not at all.
   *
   * @param weights the tensors of {@link ModelConfig#tensorShapes} by name
   * @param source the folder of the tokenizer's files
   * @return what people should know of the file, a sentence each
   * @throws CheckpointException if llama.cpp lacks something that the checkpoint has, or writing
   *     fails; nothing is left behind
   * @throws toolr0.torch.text.TokenizerException if the tokenizer's files are missing or wrong
   */
  public static List<String> write(
      Path target, ModelConfig config, Map<String, TensorInfo> weights, Path source) {
    List<TensorToWrite> tensors = GgufTensors.of(config, weights, source);
    List<String> notes = new ArrayList<>();
    AtomicFolder.write(
        target,
        folder -> {
          GgufMetadata metadata = new GgufMetadata();
          putModel(metadata, config, name(target), tensors.getFirst());
          notes.addAll(GgufTokenizer.put(source, config, metadata));
          GgufWriter.write(folder.resolve(FILE), metadata, tensors);
        });
    return notes;
  }

  private static String name(Path target) {
    return String.valueOf(target.toAbsolutePath().normalize().getFileName());
  }

  private static void putModel(
      GgufMetadata metadata, ModelConfig config, String name, TensorToWrite embedding) {
    String family = config.family().modelType();
    metadata
        .text("general.architecture", family)
        .text("general.type", "model")
        .text("general.name", name)
        .uint32("general.quantization_version", QUANTIZATION_VERSION)
        .uint32("general.file_type", fileType(embedding));
    String key = family + ".";
    metadata
        .uint32(key + "vocab_size", config.vocabSize())
        .uint32(key + "context_length", config.maxPositionEmbeddings())
        .uint32(key + "embedding_length", config.hiddenSize())
        .uint32(key + "block_count", config.numHiddenLayers())
        .uint32(key + "feed_forward_length", config.intermediateSize())
        .uint32(key + "attention.head_count", config.numAttentionHeads())
        .uint32(key + "attention.head_count_kv", config.numKeyValueHeads())
        .uint32(key + "attention.key_length", config.headDim())
        .uint32(key + "attention.value_length", config.headDim())
        .float32(key + "attention.layer_norm_rms_epsilon", config.rmsNormEps())
        .uint32(key + "rope.dimension_count", config.headDim())
        .float32(key + "rope.freq_base", config.rope().theta());
  }

  /** llama.cpp's number for files whose matrices have the type of the embedding. */
  private static int fileType(TensorToWrite embedding) {
    return switch (embedding.dtype()) {
      case F32 -> 0;
      case F16 -> 1;
      case BF16 -> 32;
      case I64, I32, U8 -> throw new IllegalArgumentException("no weights: " + embedding.dtype());
    };
  }
}
