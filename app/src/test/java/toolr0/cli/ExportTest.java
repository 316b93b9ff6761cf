package toolr0.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import toolr0.base.Json;
import toolr0.base.Seed;
import toolr0.chat.ChatRenderer;
import toolr0.chat.Message;
import toolr0.cli.Launcher.Result;
import toolr0.peer.NodePackages;
import toolr0.peer.PeerEngine;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Prompt;
import toolr0.policy.SampleRequest;
import toolr0.policy.SamplingParams;
import toolr0.prompt.PromptBuilder;
import toolr0.selfplay.Benchmarks;
import toolr0.torch.checkpoint.CheckpointFolder;
import toolr0.torch.checkpoint.DType;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.ModelFamily;
import toolr0.torch.checkpoint.Rope;
import toolr0.torch.checkpoint.SideFiles;
import toolr0.torch.checkpoint.TensorInfo;
import toolr0.torch.checkpoint.TensorToWrite;
import toolr0.torch.gguf.GgufFolder;
import toolr0.torch.model.Precision;
import toolr0.torch.policy.TorchPolicyStore;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code export} writes, read by engines of other projects. */
final class ExportTest {
  private static final Path POCKET = Launcher.ROOT.resolve("models/pocket");
  private static final String SINGLE_DIGITS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
          + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final int QUESTIONS = 8;

  /** Jlama takes seconds for an answer until its code is warm. */
  private static final int FEW = 3;

  private static final int LENGTH = 60;
  private static final int TEXTS = 40;
  private static final Pattern LONG_NUMBER = Pattern.compile("\\d{3}");

  @TempDir private Path folder = Path.of("");
  private Launcher launcher = new Launcher(Path.of(""), Map.of());

  @BeforeEach
  void start() {
    launcher = new Launcher(folder, Map.of());
  }

  @Test
  void theEmbeddedModelAnswersInLlamaCppAsItDoesHere() throws Exception {
    Result result = export("gguf", POCKET);
    assertThat(result.out())
        .contains("Note: llama.cpp has no name for the way in which tokenizer.json cuts text")
        .contains("Written: out/model.gguf");
    Optional<Path> packages = NodePackages.installed("embedded model");
    if (packages.isPresent()) {
      requireSame(POCKET, questions(POCKET), llamaCpp(packages.get()));
      List<List<Message>> chats =
          chats(TEXTS).stream().filter(chat -> !LONG_NUMBER.matcher(chatMl(chat)).find()).toList();
      assertThat(chats).hasSizeGreaterThan(QUESTIONS);
      requireSameTokens(POCKET, chats, packages.get());
    }
  }

  @Test
  void theEmbeddedModelAnswersInJlamaAsItDoesHere() throws Exception {
    assertThat(export("hf", POCKET).out()).contains("Written: out");
    List<int[]> few = questions(POCKET).subList(0, FEW);
    requireSame(POCKET, few, PeerEngine.jlama(folder.resolve("out"), LENGTH));
  }

  /** Ways of cutting text: the expression and ignore_merges. */
  static Stream<Arguments> cuts() {
    return Stream.of(
        Arguments.of(SINGLE_DIGITS, false),
        Arguments.of(SINGLE_DIGITS.replace("|\\p{N}|", "|\\p{N}{1,3}|"), true),
        Arguments.of(SINGLE_DIGITS.replace("|\\p{N}|", "|\\p{N}{1,3}|"), false));
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void textsHaveTheSameTokensInLlamaCpp(String expression, boolean ignoreMerges) throws Exception {
    Path checkpoint = folder.resolve("cut");
    copy(POCKET, checkpoint);
    ObjectNode tokenizer = Json.parseObject(Files.readString(checkpoint.resolve("tokenizer.json")));
    ArrayNode steps = (ArrayNode) tokenizer.required("pre_tokenizer").required("pretokenizers");
    ((ObjectNode) steps.get(0).required("pattern")).put("Regex", expression);
    ((ObjectNode) tokenizer.required("model")).put("ignore_merges", ignoreMerges);
    Files.writeString(checkpoint.resolve("tokenizer.json"), Json.compact(tokenizer));
    assertThat(write(checkpoint)).isEmpty();
    Optional<Path> packages = NodePackages.installed("tokens");
    if (packages.isEmpty()) {
      return;
    }
    List<List<Message>> chats = new ArrayList<>(chats(QUESTIONS));
    chats.add(
        List.of(
            Message.user("I'll pay 1234567 yen; naïve  café\n\n\tЖизнь 北京 \uD83D\uDE00 it's  ")));
    requireSameTokens(checkpoint, chats, packages.get());
  }

  private void requireSameTokens(Path checkpoint, List<List<Message>> chats, Path packages)
      throws IOException, InterruptedException {
    List<String> texts = chats.stream().map(ExportTest::chatMl).toList();
    try (FrozenPolicy policy = open(checkpoint)) {
      ChatRenderer renderer = policy.renderer();
      assertThat(llamaCpp(packages, 1).tokens(texts))
          .isEqualTo(chats.stream().map(chat -> boxed(renderer.render(chat, true))).toList());
    }
  }

  /** What the embedded model's template makes of a chat. */
  private static String chatMl(List<Message> chat) {
    StringBuilder text = new StringBuilder();
    for (Message message : chat) {
      text.append("<|im_start|>").append(message.role().wireName()).append('\n');
      text.append(message.content()).append("<|im_end|>\n");
    }
    return text.append("<|im_start|>assistant\n").toString();
  }

  static Stream<ModelConfig> randomModels() {
    Rope scaled = new Rope(10_000, new Rope.Llama3(8, 1, 4, 64));
    ModelFamily llama = new ModelFamily.Llama(false, false);
    return Stream.of(
        config(new ModelFamily.Qwen2(), 96, Rope.of(1e6), false),
        config(new ModelFamily.Qwen3(false), 128, Rope.of(1e6), true),
        config(new ModelFamily.Qwen3(false), 128, Rope.of(1e6), false),
        config(llama, 96, scaled, true),
        config(llama, 128, Rope.of(5e5), false),
        config(new ModelFamily.Llama(true, true), 96, scaled, false));
  }

  private static ModelConfig config(
      ModelFamily family, int widthOfQueries, Rope rope, boolean tied) {
    return new ModelConfig(
        family,
        1024,
        96,
        160,
        3,
        4,
        2,
        widthOfQueries / 4,
        1e-5,
        rope,
        256,
        tied,
        0.02,
        OptionalInt.empty(),
        List.of(1023, 1021),
        OptionalInt.empty(),
        1);
  }

  @ParameterizedTest
  @MethodSource("randomModels")
  void modelsOfEveryFamilyAnswerInLlamaCppAsTheyDoHere(ModelConfig config) throws Exception {
    Path checkpoint = folder.resolve("random");
    CheckpointFolder.write(checkpoint, config, random(config), SideFiles.read(POCKET), _ -> {});
    assertThat(write(checkpoint)).isNotEmpty();
    Optional<Path> packages = NodePackages.installed("random models");
    if (packages.isPresent()) {
      requireSame(checkpoint, randomPrompts(), llamaCpp(packages.get()));
    }
  }

  /** llama.cpp multiplies matrices of 16 bits with activations of 16 bits, so ties may differ. */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BF16", "F16"})
  void matricesOfSixteenBitsAreReadAsSuch(DType dtype) throws Exception {
    Path checkpoint = folder.resolve("short");
    try (CheckpointFolder pocket = CheckpointFolder.open(POCKET)) {
      CheckpointFolder.write(
          checkpoint,
          pocket.config(),
          pocket.weights().tensors().values().stream().map(t -> shortened(t, dtype)).toList(),
          SideFiles.read(POCKET),
          _ -> {});
    }
    assertThat(write(checkpoint)).isNotEmpty();
    Optional<Path> packages = NodePackages.installed("matrices of 16 bits");
    if (packages.isPresent()) {
      List<int[]> prompts = questions(checkpoint);
      List<List<Integer>> here = answers(checkpoint, prompts);
      List<List<Integer>> there = llamaCpp(packages.get()).answers(prompts);
      assertThat(IntStream.range(0, QUESTIONS).filter(i -> here.get(i).equals(there.get(i))))
          .hasSizeGreaterThanOrEqualTo(QUESTIONS - 2);
    }
  }

  private static TensorToWrite shortened(TensorInfo tensor, DType dtype) {
    float[] values = tensor.toFloats();
    short[] bits = new short[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] =
          dtype == DType.F16
              ? Float.floatToFloat16(values[i])
              : (short) (Float.floatToRawIntBits(values[i]) >>> 16);
    }
    return TensorToWrite.of(tensor.name(), dtype, tensor.shape(), MemorySegment.ofArray(bits));
  }

  /** Weights large enough that the next token is seldom in doubt. */
  private static List<TensorToWrite> random(ModelConfig config) {
    SplittableRandom random = new SplittableRandom(7);
    return config.tensorShapes().entrySet().stream()
        .map(
            tensor -> {
              int count = Math.toIntExact(tensor.getValue().stream().reduce(1L, (a, b) -> a * b));
              boolean norm = tensor.getKey().endsWith("norm.weight");
              float[] values = new float[count];
              for (int i = 0; i < count; i++) {
                values[i] = (float) ((norm ? 1 : 0) + 0.2 * random.nextGaussian());
              }
              return TensorToWrite.of(tensor.getKey(), tensor.getValue(), values);
            })
        .toList();
  }

  private static List<int[]> randomPrompts() {
    SplittableRandom random = new SplittableRandom(11);
    return Stream.of(1, 7, 40, 130).map(length -> random.ints(length, 0, 1000).toArray()).toList();
  }

  @Test
  void whatIsThereAlreadyIsNotReplacedAndAFormatIsOneOfTwo() throws Exception {
    assertThat(launcher.run("export", "--help").out())
        .contains("--format", "hf or gguf", "llama-quantize", "llama-server -m");
    Files.createDirectory(folder.resolve("out"));
    Result there =
        launcher.run("export", "--format", "gguf", "--model", POCKET.toString(), "--out", "out");
    assertThat(there.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(there.err()).contains("--out out is there already");
    Result format =
        launcher.run("export", "--format", "ggml", "--model", POCKET.toString(), "--out", "new");
    assertThat(format.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(format.err()).contains("expected one of hf, gguf, found \"ggml\"");
    assertThat(folder.resolve("new")).doesNotExist();
  }

  private Result export(String format, Path checkpoint) throws IOException, InterruptedException {
    Result result =
        launcher.run(
            "export", "--format", format, "--model", checkpoint.toString(), "--out", "out");
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    return result;
  }

  /** What the command does beside reading its options, without a process of its own. */
  private List<String> write(Path checkpoint) {
    try (CheckpointFolder opened = CheckpointFolder.open(checkpoint)) {
      return GgufFolder.write(folder.resolve("out"), opened);
    }
  }

  private PeerEngine llamaCpp(Path packages) throws IOException {
    return llamaCpp(packages, LENGTH);
  }

  private PeerEngine llamaCpp(Path packages, int length) throws IOException {
    return PeerEngine.llamaCpp(packages, folder.resolve("out").resolve(GgufFolder.FILE), length);
  }

  private static FrozenPolicy open(Path checkpoint) {
    return new TorchPolicyStore(Precision.FP32).open(checkpoint, "model");
  }

  private static void requireSame(Path checkpoint, List<int[]> prompts, PeerEngine engine)
      throws IOException, InterruptedException {
    List<List<Integer>> here = answers(checkpoint, prompts);
    assertThat(engine.answers(prompts)).isEqualTo(here);
    assertThat(here.stream().distinct()).hasSizeGreaterThan(prompts.size() / 2);
  }

  private static List<List<Integer>> answers(Path checkpoint, List<int[]> prompts) {
    List<SampleRequest> requests =
        IntStream.range(0, prompts.size())
            .mapToObj(
                i ->
                    new SampleRequest(
                        new Prompt("p" + i, List.of(), prompts.get(i)), 1, new Seed(i)))
            .toList();
    try (FrozenPolicy policy = open(checkpoint)) {
      return policy.sample(requests, SamplingParams.greedy(LENGTH)).stream()
          .map(group -> boxed(group.completionsG().getFirst().tokenIdsT()))
          .toList();
    }
  }

  private static List<Integer> boxed(int[] ids) {
    return Arrays.stream(ids).boxed().toList();
  }

  private static List<List<Message>> chats(int count) {
    PromptBuilder prompts = PromptBuilder.of(PromptBuilder.BRIEF);
    return Benchmarks.named("pocket").tasks().stream()
        .limit(count)
        .map(benchmark -> benchmark.task())
        .map(task -> prompts.solver(task.question(), task.tools()))
        .toList();
  }

  private static List<int[]> questions(Path checkpoint) {
    try (FrozenPolicy policy = open(checkpoint)) {
      return chats(QUESTIONS).stream().map(chat -> policy.renderer().render(chat, true)).toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    for (String name :
        List.of(
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json")) {
      Files.copy(from.resolve(name), to.resolve(name));
    }
  }
}
