package toolr0.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import toolr0.base.AtomicFiles;
import toolr0.base.Json;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.EvaluationReport;
import toolr0.eval.Evaluator;
import toolr0.policy.FrozenPolicy;
import toolr0.prompt.PromptBuilder;
import toolr0.selfplay.Benchmarks;
import toolr0.selfplay.SelfPlayConfig;
import toolr0.track.EvaluationText;
import toolr0.track.Terminal;

/** {@code toolr0 evaluate}: measures a model on a benchmark. */
@Command(
    name = "evaluate",
    header = "Measure a model on a benchmark: exact match with a 95%% interval, per category.",
    footer = {
      "%nExamples:",
      "  ./toolr0 evaluate --model models/pocket --benchmark pocket",
      "  ./toolr0 evaluate --model runs/NAME/iteration-3/solver/checkpoint --benchmark pocket \\",
      "      --out result.json"
    })
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private ConfigOptions config = new ConfigOptions();

  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "Folder of a checkpoint in Hugging Face layout.")
  private String model = "";

  @Option(
      names = "--benchmark",
      paramLabel = "NAME",
      description = "The benchmark (default: the configuration's evaluation.benchmark).")
  private Optional<String> benchmark = Optional.empty();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Ask only N tasks, taken evenly from the whole benchmark.")
  private Optional<Integer> limit = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the figures and every answer as JSON.")
  private Optional<Path> out = Optional.empty();

  @Override
  public Integer call() throws IOException {
    SelfPlayConfig resolved = config.resolve();
    Benchmark tasks = benchmark(benchmark.orElse(resolved.evaluation().benchmark()));
    Path folder = Models.folder(model);
    Terminal terminal = Terminal.standard();
    Evaluator evaluator =
        new Evaluator(resolved.evaluation(), PromptBuilder.of(resolved.prompts()));
    int batches = evaluator.batches(tasks);
    EvaluationReport report;
    try (FrozenPolicy policy = Models.store().open(folder, "solver")) {
      report =
          evaluator
              .evaluate(
                  policy,
                  folder.toString(),
                  tasks,
                  (batch, correct, asked) ->
                      terminal.update(EvaluationText.progress(batch, batches, correct, asked)),
                  () -> false)
              .orElseThrow();
    }
    terminal.print(EvaluationText.of(report));
    if (out.isPresent()) {
      AtomicFiles.writeText(out.get(), Json.pretty(report.toJson()) + "\n");
      terminal.print("Written: " + out.get());
    }
    return ExitCode.DONE.code();
  }

  private Benchmark benchmark(String name) {
    Benchmark whole;
    try {
      whole = Benchmarks.named(name);
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, e.getMessage() + " (--benchmark)", e);
    }
    if (limit.isEmpty()) {
      return whole;
    }
    int wanted = limit.get();
    int size = whole.tasks().size();
    if (wanted < 1) {
      throw new CliException(
          ExitCode.USAGE, "--limit is " + wanted + ", but it must be at least 1");
    }
    if (wanted >= size) {
      return whole;
    }
    List<BenchmarkTask> chosen =
        java.util.stream.IntStream.range(0, wanted)
            .mapToObj(i -> whole.tasks().get((int) ((long) i * size / wanted)))
            .toList();
    return new Part(whole.name(), chosen);
  }

  private record Part(String name, List<BenchmarkTask> tasks) implements Benchmark {}
}
