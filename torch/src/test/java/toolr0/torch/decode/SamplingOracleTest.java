package toolr0.torch.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import toolr0.policy.SamplingParams;
import toolr0.torch.checkpoint.CheckpointFolder;
import toolr0.torch.model.Compute;
import toolr0.torch.model.Precision;
import toolr0.torch.model.Transformer;
import toolr0.torch.model.Weights;
import toolr0.torch.policy.LoadedModel;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The distribution that ids are drawn from, against independent reference numbers. */
class SamplingOracleTest {

  @TestFactory
  Stream<DynamicTest> temperatureTopKAndTopPLeaveTheReferencesIds() throws IOException {
    Path folder = Path.of(System.getProperty("toolr0.oracles", "../shared/oracles"), "lm");
    if (!Files.isDirectory(folder)) {
      return Stream.of(
          DynamicTest.dynamicTest(
              "fixtures are absent: " + folder, () -> assertThat(folder).doesNotExist()));
    }
    List<Path> fixtures;
    try (Stream<Path> all = Files.list(folder)) {
      fixtures = all.filter(p -> Files.exists(p.resolve("expected.json"))).sorted().toList();
    }
    assertThat(fixtures).isNotEmpty();
    return fixtures.stream()
        .map(path -> DynamicTest.dynamicTest(path.getFileName().toString(), () -> check(path)));
  }

  private static void check(Path fixture) throws IOException {
    JsonNode sampling =
        JsonMapper.shared()
            .readTree(Files.readString(fixture.resolve("expected.json")))
            .get("sampling");
    int[] prompt = new int[sampling.get("prompt").size()];
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = sampling.get("prompt").get(i).asInt();
    }
    try (CheckpointFolder checkpoint = CheckpointFolder.openWeights(fixture);
        Weights weights = LoadedModel.read(checkpoint, false, Compute.onCpu(Precision.FP32));
        Decoder decoder = Decoder.of(new Transformer(weights, Precision.FP32), 1);
        Decoder.Rows row =
            decoder.start(new Transformer(weights, Precision.FP32), List.of(prompt), new int[1])) {
      assertThat(sampling.get("settings").size()).isPositive();
      for (JsonNode setting : sampling.get("settings")) {
        SamplingParams params =
            new SamplingParams(
                1,
                setting.get("temperature").asDouble(),
                setting.get("top_p").asDouble(),
                setting.get("top_k").asInt(),
                List.of());
        TokenChoice choice =
            new TokenChoice(params, checkpoint.config().vocabSize(), decoder.logitsStride());
        double[] found = choice.probabilities(row.promptLogits().values(), 0, new BitSet());
        double[] expected = new double[found.length];
        for (int i = 0; i < setting.get("ids").size(); i++) {
          expected[setting.get("ids").get(i).asInt()] = setting.get("probs").get(i).asDouble();
        }
        for (int id = 0; id < found.length; id++) {
          assertThat(found[id]).as("%s id %d", setting, id).isCloseTo(expected[id], within(2e-5));
        }
      }
    }
  }
}
