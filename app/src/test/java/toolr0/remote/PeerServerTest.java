package toolr0.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.base.Json;
import toolr0.base.Seed;
import toolr0.chat.Chat;
import toolr0.chat.ModelUnavailableException;
import toolr0.peer.NodePackages;
import toolr0.policy.Answer;
import toolr0.policy.Answers;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Question;
import toolr0.policy.SamplingParams;
import toolr0.prompt.PromptBuilder;
import toolr0.selfplay.Benchmarks;
import toolr0.torch.checkpoint.CheckpointFolder;
import toolr0.torch.gguf.GgufFolder;
import toolr0.torch.model.Precision;
import toolr0.torch.policy.TorchPolicyStore;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The client against a server of another project that serves the embedded checkpoint. llama.cpp
 * knows the ways of splitting text that it has by name alone, and the embedded model's is not among
 * them, so the checkpoint is served, and read here, with Qwen2's. The server mixes up the contexts
 * of requests that wait for each other, so it is asked one thing at a time.
 */
final class PeerServerTest {
  private static final String QWEN2 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
          + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final int QUESTIONS = 5;
  private static final int LENGTH = 60;

  @TempDir private Path folder = Path.of("");
  private final Readings readings = new Readings();

  @Test
  void theEmbeddedModelAnswersThereAsItDoesHere() throws Exception {
    Optional<Path> packages = NodePackages.installed("as a server");
    if (packages.isEmpty()) {
      return;
    }
    Path checkpoint = checkpoint();
    Path gguf = folder.resolve("gguf").resolve(GgufFolder.FILE);
    try (CheckpointFolder opened = CheckpointFolder.open(checkpoint)) {
      assertThat(GgufFolder.write(folder.resolve("gguf"), opened)).isEmpty();
    }
    try (PeerServer server =
        PeerServer.start(packages.get(), "pocket", gguf, 1024, folder.resolve("server.log"))) {
      try (RemoteModel model = open(server, "pocket", 4)) {
        greedyAnswersAreEqual(model, checkpoint);
        sampledAnswersAreComplete(model);
      }
      assertThatExceptionOfType(ModelUnavailableException.class)
          .isThrownBy(() -> open(server, "another", 1))
          .withMessageContaining(
              server.address()
                  + " serves pocket, but not the model another that remote.probe.model");
      try (RemoteModel model = open(server, "pocket", 1)) {
        Thread killer = Thread.ofVirtual().start(() -> killSoon(server));
        List<Answers> answers = model.ask(questions(60, 1), SamplingParams.at(1, LENGTH));
        killer.join();
        assertThat(answers.getFirst()).isInstanceOf(Answers.Given.class);
        assertThat(answers.getLast()).isInstanceOf(Answers.Failed.class);
      } catch (ModelUnavailableException e) {
        assertThat(e).hasMessageContaining(server.address());
      }
      assertThatExceptionOfType(ModelUnavailableException.class)
          .isThrownBy(() -> open(server, "pocket", 1))
          .withMessageContaining(server.address() + " cannot be reached");
    }
  }

  private static void killSoon(PeerServer server) {
    try {
      Thread.sleep(1000);
      server.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void greedyAnswersAreEqual(RemoteModel model, Path checkpoint) {
    SamplingParams greedy = SamplingParams.greedy(LENGTH);
    List<Answers> there = model.ask(questions(QUESTIONS, 1), greedy);
    try (FrozenPolicy policy = new TorchPolicyStore(Precision.FP32).open(checkpoint, "solver")) {
      List<Answers> here = policy.ask(questions(QUESTIONS, 1), greedy);
      assertThat(SamplerClient.texts(there)).isEqualTo(SamplerClient.texts(here));
      assertThat(SamplerClient.texts(here).stream().flatMap(List::stream).distinct())
          .hasSizeGreaterThan(QUESTIONS / 2);
    }
  }

  private void sampledAnswersAreComplete(RemoteModel model) {
    SamplingParams params = SamplingParams.at(1, LENGTH);
    List<Answers> answers = model.ask(questions(2, 4), params);
    assertThat(SamplerClient.texts(answers)).allSatisfy(texts -> assertThat(texts).hasSize(4));
    assertThat(SamplerClient.texts(answers).stream().filter(t -> t.stream().distinct().count() > 1))
        .isNotEmpty();
    assertThat(readings.takeNotes())
        .singleElement()
        .asString()
        .contains(" gives 1 of 4 answers that a request asks for");
    for (Answers given : answers) {
      for (Answer answer : ((Answers.Given) given).answersG()) {
        assertThat(answer.logProbsT()).isEmpty();
      }
    }
  }

  private RemoteModel open(PeerServer server, String model, int answersPerRequest) {
    Endpoint endpoint =
        new Endpoint(
            Endpoint.base(server.address()),
            Optional.of(model),
            Optional.empty(),
            1,
            Duration.ofSeconds(30),
            SamplerClient.SETTINGS);
    RemoteSetup setup =
        new RemoteSetup(
            List.of(endpoint),
            new Patience(2, Duration.ofMinutes(2)),
            new Dialect(true, true),
            answersPerRequest,
            true,
            readings);
    return RemoteModel.open(setup, new Servers(setup, UnaryOperator.identity()));
  }

  private static List<Question> questions(int count, int answers) {
    PromptBuilder prompts = PromptBuilder.of(PromptBuilder.BRIEF);
    List<Question> questions = new ArrayList<>();
    Benchmarks.named("pocket").tasks().stream()
        .limit(count)
        .map(benchmark -> benchmark.task())
        .forEach(
            task ->
                questions.add(
                    new Question(
                        new Chat(
                            "c" + questions.size(), prompts.solver(task.question(), task.tools())),
                        answers,
                        new Seed(questions.size()))));
    return questions;
  }

  /** The embedded checkpoint with Qwen2's way of splitting text. */
  private Path checkpoint() throws IOException {
    Path pocket = Path.of(System.getProperty("toolr0.root")).resolve("models/pocket");
    Path copy = Files.createDirectory(folder.resolve("checkpoint"));
    for (String name :
        List.of(
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "tokenizer_config.json")) {
      Files.copy(pocket.resolve(name), copy.resolve(name));
    }
    ObjectNode tokenizer = Json.parseObject(Files.readString(pocket.resolve("tokenizer.json")));
    ArrayNode steps = (ArrayNode) tokenizer.required("pre_tokenizer").required("pretokenizers");
    ((ObjectNode) steps.get(0).required("pattern")).put("Regex", QWEN2);
    Files.writeString(copy.resolve("tokenizer.json"), Json.compact(tokenizer));
    return copy;
  }
}
