package toolr0.torch.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toolr0.base.Json;
import toolr0.policy.LoraSpec;
import tools.jackson.databind.node.ObjectNode;

/** Where the base of adapters is found, and which adapters are refused. */
class AdapterFolderTest {
  private static final LoraSpec SPEC = new LoraSpec(2, 4, 0.1, List.of("q_proj", "down_proj"));

  @TempDir private Path folder;
  private Path place;
  private Path base;
  private Path adapters;

  @BeforeEach
  void write() throws IOException {
    place = folder.resolve("place");
    base = place.resolve("models/mine");
    adapters = place.resolve("runs/one/checkpoint");
    writeBase(base, 1);
    try (CheckpointFolder model = CheckpointFolder.openWeights(base)) {
      List<TensorToWrite> tensors = new ArrayList<>();
      AdapterTensors.of(model.config(), SPEC)
          .shapes()
          .forEach((name, shape) -> tensors.add(zeros(name, shape)));
      AdapterFolder.write(
          adapters,
          SPEC,
          base,
          SideFiles.read(base),
          AdapterFolder.fingerprint(model),
          tensors,
          extras -> {});
    }
  }

  private static void writeBase(Path target, int seed) throws IOException {
    ModelConfig config = Checkpoints.config(true);
    Path source = Files.createDirectories(target.resolveSibling("source"));
    CheckpointFolder.write(
        target, config, Checkpoints.weights(config, seed), SideFiles.read(source), extras -> {});
  }

  private static TensorToWrite zeros(String name, List<Long> shape) {
    long count = shape.stream().reduce(1L, (a, b) -> a * b);
    return TensorToWrite.of(name, shape, new float[Math.toIntExact(count)]);
  }

  private static void merge(Path file, String entries) throws IOException {
    ObjectNode config = Json.parseObject(Files.readString(file));
    config.setAll(Json.parseObject(entries));
    Files.writeString(file, Json.compact(config));
  }

  private static void requireFits(AdapterFolder adapters) {
    try (CheckpointFolder model = CheckpointFolder.openWeights(adapters.base())) {
      adapters.requireFits(model.config(), model.path(), AdapterFolder.fingerprint(model));
    }
  }

  @Test
  void theBaseIsWhereTheAdaptersSay() {
    try (AdapterFolder open = AdapterFolder.open(adapters)) {
      assertThat(open.base()).isEqualTo(base);
      assertThat(open.spec()).isEqualTo(SPEC);
      requireFits(open);
    }
    assertThat(AdapterFolder.baseOf(adapters)).isEqualTo(base);
    assertThat(AdapterFolder.baseOf(base)).isEqualTo(base);
  }

  @Test
  void aBaseThatHasMovedTogetherWithItsAdaptersIsFound() throws IOException {
    Path moved = folder.resolve("elsewhere/and/deeper");
    Files.createDirectories(moved.getParent());
    Files.move(place, moved);
    Path there = moved.resolve("runs/one/checkpoint");
    try (AdapterFolder open = AdapterFolder.open(there)) {
      assertThat(open.base()).isEqualTo(moved.resolve("models/mine"));
      requireFits(open);
    }
    assertThat(AdapterFolder.baseOf(there)).isEqualTo(moved.resolve("models/mine"));
  }

  @Test
  void aBaseThatHasMovedAloneIsFoundAmongTheGivenModels() throws IOException {
    Path other = folder.resolve("other");
    Path moved = folder.resolve("renamed");
    writeBase(other, 2);
    Files.move(base, moved);
    assertThatThrownBy(() -> AdapterFolder.open(adapters))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("adapter_config.json")
        .hasMessageContaining(base.toString())
        .hasMessageContaining("or a link to it");
    assertThatThrownBy(() -> AdapterFolder.open(adapters, List.of(other)))
        .isInstanceOf(CheckpointException.class);
    try (AdapterFolder open = AdapterFolder.open(adapters, List.of(other, moved))) {
      assertThat(open.base()).isEqualTo(moved);
    }
  }

  @Test
  void aModelThatHasTakenTheBasesPlaceIsNotTheBase() throws IOException {
    Path copy = folder.resolve("copy");
    Files.move(base, copy);
    writeBase(base, 2);
    try (AdapterFolder open = AdapterFolder.open(adapters, List.of(copy))) {
      assertThat(open.base()).isEqualTo(copy);
    }
    try (AdapterFolder open = AdapterFolder.open(adapters)) {
      assertThat(open.base()).isEqualTo(base);
      assertThatThrownBy(() -> requireFits(open))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("were trained on another model");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"layers_to_transform\": 3",
        "\"layers_to_transform\": [0]",
        "\"layers_pattern\": \"layers\"",
        "\"alora_invocation_tokens\": [1, 2]",
        "\"use_dora\": true",
        "\"use_rslora\": 1",
        "\"lora_bias\": true",
        "\"rank_pattern\": {\"q_proj\": 8}",
        "\"modules_to_save\": [\"lm_head\"]",
        "\"init_lora_weights\": \"pissa\"",
        "\"bias\": \"all\""
      })
  void adaptersOfAnotherKindAreRefused(String entry) throws IOException {
    Path file = adapters.resolve(AdapterFolder.CONFIG_FILE);
    String key = entry.substring(1, entry.indexOf('"', 1));
    merge(file, "{" + entry + "}");
    assertThatThrownBy(() -> AdapterFolder.open(adapters))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file + ": not supported: " + key + " is ");
  }

  @Test
  void keysThatAskForNothingAreFine() throws IOException {
    Path file = adapters.resolve(AdapterFolder.CONFIG_FILE);
    merge(
        file,
        """
        {"layers_to_transform": null, "layers_pattern": "", "rank_pattern": {},
         "modules_to_save": [], "lora_bias": false, "megatron_core": "megatron.core"}
        """);
    AdapterFolder.open(adapters).close();
    assertThat(file).exists();
  }

  @Test
  void aBaseThatIsNoPathIsRefused() throws IOException {
    Path file = adapters.resolve(AdapterFolder.CONFIG_FILE);
    merge(file, "{\"base_model_name_or_path\": \"models/\\u0000mine\"}");
    assertThatThrownBy(() -> AdapterFolder.open(adapters))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file + ": base_model_name_or_path is models/?mine");
  }

  @Test
  void whatSettingsAskForOtherwiseIsToldAndDropoutIsNoPartOfIt() {
    try (AdapterFolder open = AdapterFolder.open(adapters)) {
      assertThat(open.conflict(SPEC)).isEmpty();
      assertThat(open.conflict(SPEC.withDropout(0.5))).isEmpty();
      assertThat(open.conflict(LoraSpec.OFF)).get().asString().contains("set lora_r to 2");
      assertThat(open.conflict(new LoraSpec(2, 5, 0.1, SPEC.targetModules())))
          .get()
          .asString()
          .contains("lora_alpha 4.0", "asks for 2, 5.0");
    }
  }
}
