package toolr0.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import toolr0.base.Seed;
import toolr0.policy.Device;
import toolr0.policy.LearnerSpec;
import toolr0.policy.LoraSpec;
import toolr0.policy.OptimizerSpec;
import toolr0.policy.OptimizerSpec.Optim;
import toolr0.policy.PassSpec;
import toolr0.torch.model.Compute;
import toolr0.torch.policy.StepBench;
import toolr0.torch.policy.Throughput;

/** {@code toolr0 bench}: tokens per second on this machine. */
@Command(
    name = "bench",
    header =
        "Measure prefill, decoding and training in tokens/s, and as a share of this machine's limit.",
    description = {
      "The limit is measured in the same minute: the model's own matrix products by libtorch and"
          + " nothing else - decoding has vector code of its own, which can pass it where rows are"
          + " few -, and for decoding with a large model the reading of its matrices. With --step, one GRPO"
          + " step is made instead, from opening the checkpoint to the update of the weights, and"
          + " the memory that it takes at most is told: resident memory, or that of a CUDA device."
    },
    footer = {
      "%nExamples:",
      "  ./toolr0 bench --model models/pocket",
      "  ./toolr0 bench --model DIR --step --optim adamw_8bit --gradient-checkpointing",
      "  ./toolr0 bench --model DIR --step --lora-r 16 --gradient-checkpointing"
    })
final class BenchCommand implements Callable<Integer> {
  private static final List<String> STEP_OPTIONS =
      List.of(
          "--group",
          "--prompt-tokens",
          "--completion-tokens",
          "--optim",
          "--gradient-checkpointing",
          "--lm-head-chunk-mb",
          "--lora-r");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "Folder of a checkpoint in Hugging Face layout.")
  private String model = "";

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "Where to compute: " + Device.EXPECTED + " (default: cpu).")
  private Device device = Device.CPU;

  @Option(names = "--step", description = "Make one GRPO step.")
  private boolean step;

  @Option(
      names = "--group",
      paramLabel = "N",
      description = "Completions of the step's prompt (default: ${DEFAULT-VALUE}).")
  private int group = 4;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      description = "Tokens of the prompt (default: ${DEFAULT-VALUE}).")
  private int promptTokens = 512;

  @Option(
      names = "--completion-tokens",
      paramLabel = "N",
      description = "Tokens of a completion (default: ${DEFAULT-VALUE}).")
  private int completionTokens = 256;

  @Option(
      names = "--optim",
      paramLabel = "NAME",
      description = "adamw or adamw_8bit, as the key of that name (default: ${DEFAULT-VALUE}).")
  private String optim = "adamw";

  @Option(
      names = "--gradient-checkpointing",
      description = "Compute layers again for their gradients, as the key of that name.")
  private boolean gradientCheckpointing;

  @Option(
      names = "--lm-head-chunk-mb",
      paramLabel = "MB",
      description = "As the key of that name (default: ${DEFAULT-VALUE}).")
  private int lmHeadChunkMb = PassSpec.LM_HEAD_CHUNK_MB;

  @Option(
      names = "--lora-r",
      paramLabel = "R",
      description = "Rank of adapters, as the key lora_r; 0 trains all weights.")
  private int loraR;

  @Override
  public Integer call() {
    requireStepForItsOptions();
    Path folder = Models.folder(model);
    Compute compute = Models.compute(device);
    PrintWriter out = spec.commandLine().getOut();
    return step ? step(folder, compute, out) : throughput(folder, compute, out);
  }

  private void requireStepForItsOptions() {
    List<String> without =
        STEP_OPTIONS.stream()
            .filter(option -> !step && spec.commandLine().getParseResult().hasMatchedOption(option))
            .toList();
    if (!without.isEmpty()) {
      throw new CliException(
          ExitCode.USAGE,
          "%s: for the step alone; add --step or leave it out"
              .formatted(String.join(", ", without)));
    }
  }

  private LearnerSpec learner() {
    OptimizerSpec defaults = OptimizerSpec.DEFAULT;
    Optim kept =
        Arrays.stream(Optim.values())
            .filter(o -> ConfigBinder.wireName(o).equals(optim))
            .findFirst()
            .orElseThrow(
                () ->
                    new CliException(
                        ExitCode.USAGE, "--optim is " + optim + ", expected adamw or adamw_8bit"));
    return new LearnerSpec(
        new OptimizerSpec(
            kept,
            defaults.adamBeta1(),
            defaults.adamBeta2(),
            defaults.adamEpsilon(),
            defaults.weightDecay()),
        new PassSpec(promptTokens + group * completionTokens, gradientCheckpointing, lmHeadChunkMb),
        new LoraSpec(loraR, LoraSpec.OFF.alpha(), 0, LoraSpec.ALL_LINEAR),
        new Seed(1));
  }

  private int step(Path folder, Compute compute, PrintWriter out) {
    StepBench bench;
    LearnerSpec learner;
    try {
      bench = new StepBench(group, promptTokens, completionTokens);
      learner = learner();
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
    double start = secondsOfProcess();
    long expected =
        bench.expectedBytes(folder, compute, learner, MachineMemory.bytes(compute.device()));
    out.printf(Locale.ROOT, "  expected to take at most %,d MiB%n", expected >> 20);
    MachineMemory.requireRoom(expected, compute.device());
    out.printf(Locale.ROOT, "  %-44s %9s %9s %14s%n", "", "seconds", "tokens", "MiB at most");
    out.printf(Locale.ROOT, "  %-44s %9.1f%n", "start", start);
    bench.run(
        folder,
        compute,
        learner,
        phase -> {
          out.printf(
              Locale.ROOT,
              "  %-44s %9.1f %,9d %,14.0f%n",
              phase.what(),
              phase.seconds(),
              phase.tokens(),
              MachineMemory.peakMb(compute.device()));
          out.flush();
        });
    return ExitCode.DONE.code();
  }

  /** Seconds since the JVM was started. */
  private static double secondsOfProcess() {
    return Duration.between(
                ProcessHandle.current().info().startInstant().orElseGet(Instant::now),
                Instant.now())
            .toMillis()
        / 1e3;
  }

  private static int throughput(Path folder, Compute compute, PrintWriter out) {
    out.printf(Locale.ROOT, "  %-44s %12s %12s %9s%n", "", "tokens/s", "limit", "share");
    Throughput.measure(
        folder,
        compute,
        result -> {
          out.printf(
              Locale.ROOT,
              "  %-44s %,12.0f %,12.0f %8.1f%%%n",
              result.what(),
              result.tokensPerSecond(),
              result.limit(),
              100 * result.tokensPerSecond() / result.limit());
          out.flush();
        });
    return ExitCode.DONE.code();
  }
}
