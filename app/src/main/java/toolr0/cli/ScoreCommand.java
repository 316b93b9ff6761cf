package toolr0.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import toolr0.base.AtomicFiles;
import toolr0.run.RunDirectory;
import toolr0.score.LineScorer;
import toolr0.score.ScoreRole;
import toolr0.score.ScoreStream;
import toolr0.score.ScoreSummary;
import toolr0.selfplay.Preset;
import toolr0.selfplay.SelfPlayConfig;
import toolr0.track.ScoreText;

/** {@code toolr0 score}: rewards and their reasons for a file of completions. */
@Command(
    name = "score",
    header = "Say what reward completions earn, part by part, and why.",
    description = {
      "Reads one JSON object a line from IN and writes one a line to OUT: the line's number, its id"
          + " if it has one, the reward, its parts, and the reasons in words. The rewards are those of"
          + " training under the configuration. A run's own completions/*.jsonl and candidates.jsonl"
          + " can be read as they are, and where no configuration is given they are scored by the"
          + " run's own, from the manifest.json above them; other files by "
          + ConfigOptions.DEFAULT_FILE
          + ". Unknown fields are passed over.",
      "",
      "A line that cannot be read is told with file, line and what was expected; the others are"
          + " written all the same, and the exit code is then 3. \"-\" is standard input or output.",
      "",
      "Fields by role (those in brackets may be missing):",
      "  solver     completion, gold_calls (or gold), [tools]: rewards of a Solver",
      "  generator  completion, [spec], [solver_answers] or [p_success, p_samples], [judge_reply] or"
          + " [judge_score], [other_questions] (of the same batch) or [repetition]: rewards of a"
          + " Generator",
      "  candidate  completion, [spec]: whether it becomes a task of the dataset",
      "  verify     responses (or response), gold_calls, [tools]: whether the Solver's answers let the"
          + " task stay",
    },
    footer = {
      "%nExamples:",
      "  ./toolr0 score --role solver examples/score/solver.jsonl -",
      "  ./toolr0 score --role generator --preset paper \\",
      "      examples/score/generator.jsonl rewards.jsonl",
      "  ./toolr0 score --role candidate --set task.check.min_question_length=30 \\",
      "      examples/score/candidate.jsonl -",
      "  ./toolr0 score --role verify examples/score/verify.jsonl -",
      "  ./toolr0 score --role generator \\",
      "      runs/NAME/completions/iteration-1-generator.jsonl -"
    })
final class ScoreCommand implements Callable<Integer> {
  private static final String STANDARD = "-";
  private static final long MOST_TOLD = 100;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--role",
      required = true,
      paramLabel = "ROLE",
      description = "What the lines hold: solver, generator, candidate or verify.")
  private ScoreRole role = ScoreRole.SOLVER;

  @Option(
      names = "--preset",
      paramLabel = "PRESET",
      description =
          "The rules: default (the mended method) or paper (the published one), alone or, with"
              + " --config, under the file's keys.")
  private Optional<Preset> preset = Optional.empty();

  @Mixin private ConfigOptions config = new ConfigOptions();

  @Parameters(index = "0", paramLabel = "IN", description = "JSON objects, one a line.")
  private String in = "";

  @Parameters(index = "1", paramLabel = "OUT", description = "Rewards and reasons, one a line.")
  private String out = "";

  @Override
  public Integer call() throws IOException {
    Chosen chosen = choose();
    SelfPlayConfig resolved = chosen.config;
    LineScorer scorer = role.scorer(resolved);
    ScoreSummary summary = score(scorer);
    String text =
        ScoreText.of(
            "Role " + role.wireName() + ", preset " + resolved.preset().wireName(), summary);
    PrintWriter people =
        out.equals(STANDARD) ? spec.commandLine().getErr() : spec.commandLine().getOut();
    people.println("Configuration: " + chosen.source);
    people.println(text);
    if (!out.equals(STANDARD)) {
      people.println("Written: " + out);
    }
    people.flush();
    return (summary.bad() == 0 ? ExitCode.DONE : ExitCode.INPUT).code();
  }

  /** A configuration, and where it is from in words. */
  private record Chosen(SelfPlayConfig config, String source) {}

  private Chosen choose() {
    Optional<Path> run =
        in.equals(STANDARD) || preset.isPresent() || config.given()
            ? Optional.empty()
            : RunConfiguration.directoryAbove(Path.of(in));
    if (run.isPresent()) {
      return new Chosen(
          RunConfiguration.of(run.get()), run.get().resolve(RunDirectory.MANIFEST).toString());
    }
    return new Chosen(
        preset.map(config::resolve).orElseGet(config::resolve), config.describe(preset));
  }

  private ScoreSummary score(LineScorer scorer) throws IOException {
    if (!in.equals(STANDARD)) {
      Path file = Path.of(in);
      if (!Files.exists(file)) {
        throw new CliException(ExitCode.INPUT, file + ": there is no such file");
      }
      if (Files.isDirectory(file)) {
        throw new CliException(
            ExitCode.INPUT, file + ": it is a folder; IN is a file of JSON objects, one a line");
      }
      if (!out.equals(STANDARD)
          && Files.exists(Path.of(out))
          && Files.isSameFile(file, Path.of(out))) {
        throw new CliException(ExitCode.USAGE, "IN and OUT are the same file " + file);
      }
    }
    if (!out.equals(STANDARD) && Files.isDirectory(Path.of(out))) {
      throw new CliException(ExitCode.USAGE, out + ": it is a folder; OUT is a file");
    }
    Complaints complaints = new Complaints(spec.commandLine().getErr());
    ScoreSummary[] summary = new ScoreSummary[1];
    try (InputStream stream = in.equals(STANDARD) ? System.in : Files.newInputStream(Path.of(in))) {
      String source = in.equals(STANDARD) ? "standard input" : in;
      AtomicFiles.Content content =
          target -> summary[0] = ScoreStream.run(scorer, stream, source, target, complaints);
      if (out.equals(STANDARD)) {
        OutputStream target = new BufferedOutputStream(new StandardOutput());
        content.writeTo(target);
        target.flush();
      } else {
        AtomicFiles.write(Path.of(out), content);
      }
    }
    complaints.end();
    return summary[0];
  }

  /** Standard output, which a pipe's other end may close. */
  private static final class StandardOutput extends FileOutputStream {
    StandardOutput() {
      super(FileDescriptor.out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      try {
        super.write(bytes, from, length);
      } catch (IOException e) {
        throw new CliException(
            ExitCode.ENVIRONMENT, "standard output cannot be written: " + e.getMessage(), e);
      }
    }
  }

  /** Tells of bad lines, up to a number of them. */
  private static final class Complaints implements Consumer<String> {
    private final PrintWriter err;
    private long told;

    Complaints(PrintWriter err) {
      this.err = err;
    }

    @Override
    public void accept(String complaint) {
      if (++told <= MOST_TOLD) {
        err.println("toolr0: " + complaint);
      }
    }

    void end() {
      if (told > MOST_TOLD) {
        err.println("toolr0: " + (told - MOST_TOLD) + " more bad lines are counted only");
      }
      err.flush();
    }
  }
}
