package toolr0.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import toolr0.eval.Benchmark;
import toolr0.eval.EvaluationFiles;
import toolr0.eval.EvaluationReport;
import toolr0.eval.EvaluationRun;
import toolr0.eval.Evaluator;
import toolr0.policy.FrozenPolicy;
import toolr0.prompt.PromptBuilder;
import toolr0.selfplay.SelfPlayConfig;
import toolr0.track.EvaluationText;
import toolr0.track.Terminal;

/** {@code toolr0 evaluate}: measures a model on benchmarks. */
@Command(
    name = "evaluate",
    header = "Measure a model on benchmarks: exact match with a 95%% interval, per category.",
    description = {
      "The benchmark pocket is built in. The published ones are read from --data DIR, a folder with"
          + " one folder for each, named like the benchmark, which holds the files as published.",
      "Two modes are always reported: strict (the binary AST match) and equivalent (schema defaults"
          + " filled in, values turned into the declared types), and each set's own rules beside"
          + " them."
    },
    footer = {
      "%nExamples:",
      "  ./toolr0 evaluate --model models/pocket --benchmark pocket",
      "  ./toolr0 evaluate --model runs/NAME/iteration-3/solver/checkpoint --out result",
      "  ./toolr0 evaluate --config configs/published.yaml --model models/qwen \\",
      "      --benchmark bfcl,toolalpaca --data benchmarks --out result"
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
      split = ",",
      description = {
        "One or more, separated by commas (default: the configuration's evaluation.benchmark)."
      })
  private List<String> benchmarks = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The folder that holds the published benchmarks' folders.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Ask only N tasks of each benchmark, taken evenly from the whole.")
  private Optional<Integer> limit = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Write results.json (lm-evaluation-harness's schema), samples.jsonl (every prompt, answer"
              + " and verdict) and report.md.")
  private Optional<Path> out = Optional.empty();

  @Override
  public Integer call() throws IOException {
    if (limit.isPresent() && limit.get() < 1) {
      throw new CliException(
          ExitCode.USAGE, "--limit is " + limit.get() + ", but it must be at least 1");
    }
    SelfPlayConfig resolved = config.resolve();
    Terminal terminal = Terminal.standard();
    List<String> names =
        benchmarks.isEmpty() ? List.of(resolved.evaluation().benchmark()) : benchmarks;
    List<Benchmark> chosen = names.stream().map(this::benchmark).toList();
    Path folder = Models.folder(model);
    Evaluator evaluator =
        new Evaluator(resolved.evaluation(), PromptBuilder.of(resolved.prompts()));
    Instant started = Instant.now();
    List<EvaluationReport> reports = new ArrayList<>();
    try (FrozenPolicy policy = Models.store().open(folder, "solver")) {
      for (Benchmark benchmark : chosen) {
        int batches = evaluator.batches(benchmark);
        EvaluationReport report =
            evaluator
                .evaluate(
                    policy,
                    folder.toString(),
                    benchmark,
                    (batch, correct, asked) ->
                        terminal.update(
                            benchmark.name()
                                + "  "
                                + EvaluationText.progress(batch, batches, correct, asked)),
                    () -> false)
                .orElseThrow();
        reports.add(report);
        terminal.print(EvaluationText.of(report));
        write(folder, resolved, started, reports);
      }
    }
    out.ifPresent(
        directory -> terminal.print("Written: " + directory.resolve(EvaluationFiles.REPORT)));
    return ExitCode.DONE.code();
  }

  private Benchmark benchmark(String name) {
    Benchmark whole = BenchmarkCatalogue.read(name.strip(), data);
    return limit.map(whole::limitedTo).orElse(whole);
  }

  private void write(
      Path folder, SelfPlayConfig resolved, Instant started, List<EvaluationReport> reports)
      throws IOException {
    if (out.isPresent()) {
      EvaluationRun run =
          new EvaluationRun(
              folder.toString(),
              resolved.prompts(),
              resolved.evaluation().maxCompletionLength(),
              limit,
              Versions.of(Models.library()),
              started,
              Duration.between(started, Instant.now()),
              reports);
      EvaluationFiles.write(out.get(), run);
    }
  }
}
