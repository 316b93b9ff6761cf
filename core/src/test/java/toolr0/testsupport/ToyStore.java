package toolr0.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import toolr0.chat.ChatRenderer;
import toolr0.chat.Message;
import toolr0.policy.Completion;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Group;
import toolr0.policy.Learner;
import toolr0.policy.LearnerMetrics;
import toolr0.policy.LearnerSpec;
import toolr0.policy.LossSpec;
import toolr0.policy.PolicyException;
import toolr0.policy.PolicyStore;
import toolr0.policy.PolicyVersion;
import toolr0.policy.SampleRequest;
import toolr0.policy.Sampler;
import toolr0.policy.SamplingParams;
import toolr0.policy.StopReason;
import toolr0.policy.TrainingGroup;

/**
 * Policies of a few numbers. What they sample depends on every bit of their weights, on the prompt
 * and on the member's seed; a step depends on every sampled id and advantage, on the learning rate
 * and on the optimizer's momentum. So a run that differs anywhere ends with other weights.
 */
public final class ToyStore implements PolicyStore {
  private static final int SIZE = 4;
  private static final String WEIGHTS = "model.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";

  private final Runnable moment;
  private final List<Integer> sampleCalls = new ArrayList<>();
  private int open;
  private int mostOpen;
  private long failAtStep = -1;

  /**
   * A store.
   *
   * @param moment called whenever something is about to happen or has happened
   */
  public ToyStore(Runnable moment) {
    this.moment = moment;
  }

  /** Makes the learner report a loss that is not finite at this optimizer step, from 0. */
  public void failAtStep(long step) {
    failAtStep = step;
  }

  /** Requests of each sample call so far, in order. */
  public List<Integer> sampleCalls() {
    return sampleCalls;
  }

  /** The most policies that were open at once. */
  public int mostOpen() {
    return mostOpen;
  }

  /** Policies open now. */
  public int open() {
    return open;
  }

  /** Writes a first checkpoint. */
  public static void writeBase(Path folder) {
    write(folder, new double[] {0.1, -0.2, 0.3, 0.05}, new double[SIZE], 0);
  }

  @Override
  public FrozenPolicy open(Path checkpointDirectory, String name) {
    opened();
    return new ToyFrozen(name, read(checkpointDirectory.resolve(WEIGHTS)));
  }

  @Override
  public Learner learn(
      Path checkpointDirectory,
      String name,
      LearnerSpec spec,
      boolean resumeOptimizer,
      Optional<FrozenPolicy> reference) {
    opened();
    double[] weights = read(checkpointDirectory.resolve(WEIGHTS));
    double[] state =
        resumeOptimizer ? read(checkpointDirectory.resolve(OPTIMIZER)) : new double[SIZE + 1];
    return new ToyLearner(name, weights, state);
  }

  private void opened() {
    open++;
    mostOpen = Math.max(mostOpen, open);
  }

  private static double[] read(Path file) {
    try {
      return Arrays.stream(Files.readString(file).split(" "))
          .mapToDouble(Double::parseDouble)
          .toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path folder, double[] weights, double[] momentum, long steps) {
    try {
      Path temporary = folder.resolveSibling("." + folder.getFileName() + ".tmp");
      Files.createDirectories(temporary);
      Files.writeString(temporary.resolve(WEIGHTS), text(weights));
      double[] state = Arrays.copyOf(momentum, SIZE + 1);
      state[SIZE] = steps;
      Files.writeString(temporary.resolve(OPTIMIZER), text(state));
      Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(double[] values) {
    return Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(" "));
  }

  private List<Group> sample(
      String name,
      long steps,
      double[] weights,
      List<SampleRequest> requests,
      SamplingParams params) {
    sampleCalls.add(requests.size());
    moment.run();
    List<Group> groups = new ArrayList<>();
    for (SampleRequest request : requests) {
      List<Completion> completions = new ArrayList<>();
      for (int g = 0; g < request.numGenerations(); g++) {
        long bits = Arrays.hashCode(weights) * 31L + Arrays.hashCode(request.prompt().tokenIds());
        long seed = params.temperature() == 0 ? 0 : request.seed().derive(g).value();
        SplittableRandom random = new SplittableRandom(seed ^ (bits * 0x9e3779b97f4a7c15L));
        String text = say(name, request, weights, random);
        int[] ids = text.chars().toArray();
        completions.add(
            new Completion(
                ids,
                new float[ids.length],
                text,
                StopReason.END_OF_TURN,
                new PolicyVersion(name, steps)));
      }
      groups.add(new Group(request.prompt(), completions));
    }
    return groups;
  }

  private static String say(
      String name, SampleRequest request, double[] weights, SplittableRandom random) {
    if (request.prompt().id().startsWith("judge")) {
      return random.nextInt(6) == 0 ? "hm" : Integer.toString(1 + random.nextInt(5));
    }
    if (request.prompt().id().startsWith("difficulty")) {
      return List.of("easy", "Medium.", "hard", "hm").get(random.nextInt(4));
    }
    if (name.equals("generator")) {
      String word = random.nextBoolean() ? "train" : "hotel";
      String code = ToyTasks.code(random.nextInt(3000));
      String written = ToyTasks.completion(word, code);
      return random.nextInt(5) == 0 ? written.replace("</question>", "") : written;
    }
    String prompt =
        request.prompt().messages().stream()
            .map(Message::content)
            .collect(Collectors.joining("\n"));
    boolean right = random.nextDouble() < 0.5 + Math.tanh(weights[0]) / 4;
    return ToyTasks.answer(prompt, right).orElse("I do not know");
  }

  private static final ChatRenderer RENDERER =
      new ChatRenderer() {
        @Override
        public int[] render(List<Message> messages, boolean addGenerationPrompt) {
          return messages.stream().flatMapToInt(m -> m.content().chars()).toArray();
        }
      };

  private final class ToyFrozen implements FrozenPolicy {
    private final String name;
    private final double[] weights;

    ToyFrozen(String name, double[] weights) {
      this.name = name;
      this.weights = weights;
    }

    @Override
    public ChatRenderer renderer() {
      return RENDERER;
    }

    @Override
    public int contextLength() {
      return 20_000;
    }

    @Override
    public List<Group> sample(List<SampleRequest> requests, SamplingParams params) {
      return ToyStore.this.sample(name, 0, weights, requests, params);
    }

    @Override
    public List<float[]> logProbsGT(Group group, double temperature) {
      return group.completionsG().stream().map(Completion::logProbsT).toList();
    }

    @Override
    public void close() {
      open--;
    }
  }

  private final class ToyLearner implements Learner {
    private final String name;
    private final double[] weights;
    private final double[] momentum;
    private long steps;

    ToyLearner(String name, double[] weights, double[] state) {
      this.name = name;
      this.weights = weights;
      this.momentum = Arrays.copyOf(state, SIZE);
      this.steps = (long) state[SIZE];
    }

    @Override
    public Sampler sampler() {
      return (requests, params) -> ToyStore.this.sample(name, steps, weights, requests, params);
    }

    @Override
    public ChatRenderer renderer() {
      return RENDERER;
    }

    @Override
    public int contextLength() {
      return 20_000;
    }

    @Override
    public LearnerMetrics step(
        List<TrainingGroup> batch, LossSpec loss, int numIterations, double learningRate) {
      moment.run();
      if (steps == failAtStep) {
        throw new PolicyException("the loss is NaN");
      }
      long tokens = 0;
      double[] gradient = new double[SIZE];
      for (TrainingGroup group : batch) {
        for (int g = 0; g < group.advantagesG().length; g++) {
          int[] ids = group.group().completionsG().get(g).tokenIdsT();
          tokens += ids.length;
          int hash = Arrays.hashCode(ids);
          for (int i = 0; i < SIZE; i++) {
            gradient[i] += group.advantagesG()[g] * (((hash >>> (8 * i)) & 0xff) / 256.0 - 0.3);
          }
        }
      }
      for (int i = 0; i < SIZE; i++) {
        momentum[i] = 0.9 * momentum[i] + gradient[i];
        weights[i] += learningRate * momentum[i];
      }
      steps++;
      double norm =
          Math.sqrt(IntStream.range(0, SIZE).mapToDouble(i -> gradient[i] * gradient[i]).sum());
      return new LearnerMetrics(0, norm, 1, 0, 0, 0, 0, 0, tokens);
    }

    @Override
    public long steps() {
      return steps;
    }

    @Override
    public void save(Path checkpointDirectory) {
      moment.run();
      write(checkpointDirectory, weights, momentum, steps);
      moment.run();
    }

    @Override
    public void close() {
      open--;
    }
  }

  /** The weights of a checkpoint, exactly as written. */
  public static String weights(Path checkpoint) {
    try {
      return new String(Files.readAllBytes(checkpoint.resolve(WEIGHTS)), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
