package toolr0.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import toolr0.base.Json;
import toolr0.chat.ModelUnavailableException;
import toolr0.eval.Benchmark;
import toolr0.eval.EvaluationFiles;
import toolr0.eval.EvaluationReport;
import toolr0.eval.EvaluationRun;
import toolr0.eval.Evaluator;
import toolr0.eval.Figures;
import toolr0.eval.ReplyFile;
import toolr0.eval.ReplyStore;
import toolr0.policy.Device;
import toolr0.prompt.PromptBuilder;
import toolr0.selfplay.SelfPlayConfig;
import toolr0.track.EvaluationText;
import toolr0.track.Terminal;
import tools.jackson.databind.node.ObjectNode;

/** {@code toolr0 evaluate}: measures a model on benchmarks. */
@Command(
    name = "evaluate",
    header = "Measure a model on benchmarks: exact match with a 95%% interval, per category.",
    description = {
      "The benchmark pocket is built in. The published ones are read from --data DIR, a folder with"
          + " one folder for each, named like the benchmark, which holds the files that"
          + " docs/benchmarks.md lists.",
      "A model behind an endpoint is asked greedily too (temperature 0, a fixed seed), with the same"
          + " prompts. A task that it does not answer, after several attempts, is counted as failed"
          + " and is in no figure.",
      "With --out, every answer is kept as it comes, in the folder's "
          + ReplyFile.NAME
          + ": after Ctrl-C or a crash, the same command goes on behind the last batch. A model"
          + " behind an endpoint may have another address then, but must have the same name. The file"
          + " is removed when the evaluation is done. Without --out nothing is kept.",
      "Two modes are always reported: strict (the binary AST match) and equivalent (schema defaults"
          + " filled in, values turned into the declared types), and each set's own rules beside"
          + " them."
    },
    footer = {
      "%nExamples:",
      "  ./toolr0 evaluate --model models/pocket --benchmark pocket",
      "  ./toolr0 evaluate --out result \\",
      "      --model runs/NAME/iteration-3/solver/checkpoint",
      "  ./toolr0 evaluate --config configs/published.yaml --model models/qwen \\",
      "      --benchmark bfcl,toolalpaca --data benchmarks --out result",
      "  ./toolr0 evaluate --config configs/published.yaml \\",
      "      --model http://localhost:8000/v1 --model-name Qwen/Qwen2.5-1.5B-Instruct"
    })
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private ConfigOptions config = new ConfigOptions();

  @Mixin private ModelOptions models = new ModelOptions();

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description =
          "Most requests to an endpoint at once (default: 8); no more than evaluation.batch_size.")
  private Optional<Integer> concurrency = Optional.empty();

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
      description =
          "Ask only N tasks of each benchmark, taken evenly from the whole (default:"
              + " evaluation.limit of the configuration).")
  private Optional<Integer> limit = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Write results.json (lm-evaluation-harness's schema), samples.jsonl (every prompt, answer"
              + " and verdict), report.md, unreadable.jsonl (records that could not be read), and for bfcl the leaderboard's own result files.")
  private Optional<Path> out = Optional.empty();

  private boolean remarkIsTold;

  @Override
  public Integer call() throws IOException {
    if (limit.isPresent() && limit.get() < 1) {
      throw new CliException(
          ExitCode.USAGE, "--limit is " + limit.get() + ", but it must be at least 1");
    }
    out.ifPresent(folder -> OutputFolder.require("--out", folder));
    SelfPlayConfig resolved = config.resolve();
    Terminal terminal = Terminal.standard();
    List<String> names =
        benchmarks.isEmpty() ? List.of(resolved.evaluation().benchmark()) : benchmarks;
    List<Benchmark> chosen = names.stream().map(name -> benchmark(name, resolved)).toList();
    Evaluator evaluator =
        new Evaluator(resolved.evaluation(), PromptBuilder.of(resolved.prompts()));
    List<Figures> figures = new ArrayList<>();
    int done = 0;
    try (AskedModel model = models.open(Device.parse(resolved.device()), concurrency)) {
      Optional<ReplyFile> kept =
          out.map(
              folder ->
                  ReplyFile.open(
                      folder,
                      setup(model, resolved),
                      InstantSource.system(),
                      model.chat()::remark));
      kept.filter(replies -> replies.size() > 0)
          .ifPresent(
              replies ->
                  terminal.print(
                      "Going on with an evaluation that was stopped: %d answers are in %s."
                          .formatted(replies.size(), replies.path())));
      Interrupts interrupts = Interrupts.install(terminal, model::cancel);
      for (Benchmark benchmark : chosen) {
        Optional<EvaluationReport> report =
            evaluate(evaluator, model, benchmark, kept, terminal, interrupts);
        if (report.isEmpty()) {
          terminal.print(
              "Stopped; finished benchmarks: %d of %d. %s"
                  .formatted(done, chosen.size(), whatIsKept(kept)));
          return ExitCode.INTERRUPTED.code();
        }
        terminal.print(EvaluationText.of(report.get()));
        done++;
        if (kept.isPresent()) {
          figures.add(Figures.of(report.get()));
          write(kept.get(), model, resolved, figures);
        }
        requireThere(model);
      }
      if (kept.isPresent()) {
        kept.get().delete();
      }
    } finally {
      terminal.clear();
    }
    out.ifPresent(
        directory -> terminal.print("Written: " + directory.resolve(EvaluationFiles.REPORT)));
    return ExitCode.DONE.code();
  }

  private static String whatIsKept(Optional<ReplyFile> kept) {
    return kept.map(
            replies ->
                replies.size() == 0
                    ? "There was no answer to keep yet."
                    : "%d answers are kept in %s: the same command goes on behind them."
                        .formatted(replies.size(), replies.path()))
        .orElse(
            "Nothing is kept: with --out DIR, answers are kept as they come and the same command goes"
                + " on behind them.");
  }

  /** All that an answer depends on beside its prompt. */
  private static ObjectNode setup(AskedModel model, SelfPlayConfig resolved) {
    ObjectNode setup = Json.object();
    setup.set("model", model.identity());
    setup.put("max_completion_length", resolved.evaluation().maxCompletionLength());
    ObjectNode versions = setup.putObject("versions");
    model.versions().forEach(versions::put);
    return setup;
  }

  private Optional<EvaluationReport> evaluate(
      Evaluator evaluator,
      AskedModel model,
      Benchmark benchmark,
      Optional<ReplyFile> kept,
      Terminal terminal,
      BooleanSupplier stopRequested) {
    int batches = evaluator.batches(benchmark);
    try {
      return evaluator.evaluate(
          model.chat(),
          model.name(),
          benchmark,
          kept.map(ReplyFile::replies).orElseGet(ReplyStore::none),
          (batch, correct, asked) -> {
            tellRemark(model, terminal);
            terminal.update(
                benchmark.name() + "  " + EvaluationText.progress(batch, batches, correct, asked));
          },
          stopRequested);
    } catch (CancellationException e) {
      return Optional.empty();
    }
  }

  private void tellRemark(AskedModel model, Terminal terminal) {
    if (!remarkIsTold && model.chat().remark().isPresent()) {
      terminal.print("Note: " + model.chat().remark().get() + ".");
      remarkIsTold = true;
    }
  }

  /** What was answered before a model went away has been written by now. */
  private static void requireThere(AskedModel model) {
    model
        .chat()
        .outage()
        .ifPresent(
            reason -> {
              throw new ModelUnavailableException(reason);
            });
  }

  private Benchmark benchmark(String name, SelfPlayConfig resolved) {
    Benchmark whole = BenchmarkCatalogue.read(name.strip(), data);
    return limit(resolved).map(whole::limitedTo).orElse(whole);
  }

  private Optional<Integer> limit(SelfPlayConfig resolved) {
    return limit.or(resolved.evaluation()::mostTasks);
  }

  private void write(
      ReplyFile kept, AskedModel model, SelfPlayConfig resolved, List<Figures> figures)
      throws IOException {
    EvaluationRun run =
        new EvaluationRun(
            model.name(),
            resolved.prompts(),
            resolved.evaluation().maxCompletionLength(),
            limit(resolved),
            kept.remark(),
            model.provenance(),
            kept.started(),
            kept.took(),
            figures);
    EvaluationFiles.write(kept.folder(), run);
  }
}
