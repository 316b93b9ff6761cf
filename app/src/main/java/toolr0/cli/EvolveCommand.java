package toolr0.cli;

import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import toolr0.eval.Benchmark;
import toolr0.grpo.GrpoConfig;
import toolr0.policy.Device;
import toolr0.remote.Remotes;
import toolr0.run.Plan;
import toolr0.run.RunDirectory;
import toolr0.run.StageId;
import toolr0.run.StageState;
import toolr0.selfplay.Benchmarks;
import toolr0.selfplay.ConfigJson;
import toolr0.selfplay.ContextFit;
import toolr0.selfplay.PlannedRun;
import toolr0.selfplay.Planner;
import toolr0.selfplay.PromptLengths;
import toolr0.selfplay.RemoteModels;
import toolr0.selfplay.RunModels;
import toolr0.selfplay.SelfPlay;
import toolr0.selfplay.SelfPlayConfig;
import toolr0.torch.checkpoint.AdapterFolder;
import toolr0.torch.checkpoint.CheckpointFolder;
import toolr0.torch.model.Compute;
import toolr0.torch.policy.CheckpointChat;
import toolr0.torch.system.NativeLibrary;
import toolr0.track.ConsoleListener;
import toolr0.track.PlanText;
import toolr0.track.Terminal;

/** {@code toolr0 evolve}: the main job, self-play from a base model to a better Solver. */
@Command(
    name = "evolve",
    header = "Run the whole loop: Generator and Solver co-evolve from one base model.",
    description = {
      "Each iteration trains the Generator to write tasks at the edge of what the Solver can do (A),"
          + " lets it write a dataset (B), trains the Solver on it (C) and measures the Solver on a"
          + " benchmark that self-play never sees (D). Ctrl-C stops after the step in progress."
    },
    footer = {
      "%nExamples:",
      "  ./toolr0 evolve                        the embedded model, three iterations",
      "  ./toolr0 evolve --dry-run              only the plan: steps, memory, time",
      "  ./toolr0 evolve --run first --seed 2   a name and another seed",
      "  ./toolr0 evolve --set iterations=1 --set solver.max_steps=20",
      "  ./toolr0 evolve --resume runs/first    go on after an interruption"
    })
final class EvolveCommand implements Callable<Integer> {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  @Mixin private ConfigOptions config = new ConfigOptions();

  @Option(
      names = "--run",
      paramLabel = "NAME",
      description = "Name of the run directory (default: the configuration's name and the time).")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description = "Go on with the run in this directory, from its last finished step.")
  private Optional<Path> resume = Optional.empty();

  @Option(
      names = "--runs",
      paramLabel = "DIR",
      description = "Where run directories are made (default: ${DEFAULT-VALUE}).")
  private Path runs = Path.of("runs");

  @Option(
      names = "--dry-run",
      description =
          "Check everything that a start checks, print the plan and the resolved configuration, and do"
              + " nothing.")
  private boolean dryRun;

  @Override
  public Integer call() {
    if (resume.isPresent() && name.isPresent()) {
      throw new CliException(
          ExitCode.USAGE, "--run names a new run and --resume an old one; give one of the two");
    }
    SelfPlayConfig resolved =
        resume.isPresent()
            ? config.resolveOver(RunConfiguration.of(resume.get()))
            : config.resolve();
    Optional<Path> fresh = resume.isPresent() ? Optional.empty() : Optional.of(newRun());
    Benchmark benchmark = benchmark(resolved);
    Path base = Models.folder(resolved.model());
    NativeLibrary.Loaded library = Models.library();
    Compute compute = Models.compute(Device.parse(resolved.device()));
    resume.ifPresent(directory -> useThreadsOf(directory, library));
    Plan plan = plan(resolved, base, compute, benchmark, fresh.isPresent());
    Terminal terminal = Terminal.standard();
    try (Remotes remotes = remotes(resolved)) {
      if (dryRun) {
        terminal.print(PlanText.of(plan));
        resume.ifPresent(directory -> terminal.print("  " + standing(directory, plan)));
        if (!plan.ownKeys().isEmpty()) {
          terminal.print("  Differing keys: " + String.join(", ", plan.ownKeys()));
        }
        terminal.print(System.lineSeparator() + ConfigYaml.write(resolved).stripTrailing());
        requireRoom(plan, compute);
        return ExitCode.DONE.code();
      }
      requireRoom(plan, compute);
      SortedMap<String, String> versions = Versions.of(library, compute);
      resume.ifPresent(directory -> tellChanges(directory, versions, terminal));
      Interrupts interrupts = Interrupts.install(terminal, remotes::cancel);
      find(remotes, terminal);
      PlannedRun planned = new PlannedRun(resolved, benchmark, plan);
      Prepared prepared = new Prepared(planned, base, compute, versions);
      try (RunDirectory run = open(fresh, prepared)) {
        return play(prepared, run, remotes, terminal, interrupts);
      }
    }
  }

  /** What a run needs, checked. */
  private record Prepared(
      PlannedRun planned, Path base, Compute compute, SortedMap<String, String> versions) {}

  /** How much of a plan a run has done. */
  private static String standing(Path directory, Plan plan) {
    Optional<StageState> state = RunDirectory.readState(directory);
    if (state.isEmpty()) {
      return directory + " has done nothing of this yet.";
    }
    StageId stage = state.get().stage();
    if (state.get().finished() && stage.equals(plan.stages().getLast().id())) {
      return directory + " has done all of this; nothing is left.";
    }
    return "%s has done this up to %s, step %d, and goes on from there."
        .formatted(directory, stage.folder(), state.get().step());
  }

  private static void requireRoom(Plan plan, Compute compute) {
    MachineMemory.requireRoom(plan.memoryBytes());
    if (plan.deviceMemoryBytes() > 0) {
      MachineMemory.requireRoom(plan.deviceMemoryBytes(), compute.device());
    }
  }

  private static int play(
      Prepared prepared,
      RunDirectory run,
      RemoteModels remotes,
      Terminal terminal,
      Interrupts interrupts) {
    try {
      RunModels models =
          new RunModels(
              prepared.base(), Models.store(prepared.compute(), prepared.base()), remotes);
      SelfPlay selfPlay =
          new SelfPlay(
              prepared.planned(),
              models,
              run,
              new ConsoleListener(terminal, System::nanoTime),
              interrupts);
      return (selfPlay.run() ? ExitCode.DONE : ExitCode.INTERRUPTED).code();
    } finally {
      terminal.clear();
    }
  }

  /** Asks all endpoints for what they serve, and tells what is to be known of them. */
  private static void find(Remotes remotes, Terminal terminal) {
    try {
      remotes.check();
    } finally {
      remotes.notes().forEach(note -> terminal.print("Note: " + note + "."));
    }
  }

  private static Remotes remotes(SelfPlayConfig resolved) {
    try {
      return new Remotes(
          resolved.remote(), name -> Optional.ofNullable(System.getenv(name)).orElse(""));
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private RunDirectory open(Optional<Path> fresh, Prepared prepared) {
    SelfPlayConfig resolved = prepared.planned().config();
    if (fresh.isPresent()) {
      return RunDirectory.create(
          fresh.get(),
          ConfigJson.toJson(resolved),
          resolved.seed(),
          prepared.versions(),
          Models.folders(prepared.base()),
          InstantSource.system());
    }
    Path directory = resume.orElseThrow();
    return RunDirectory.resume(
        directory,
        ConfigJson.toJson(resolved, RunConfiguration.of(directory)),
        prepared.versions(),
        Models.folders(prepared.base()),
        InstantSource.system());
  }

  /** The directory of the run to be started, where nothing is yet. */
  private Path newRun() {
    Path directory = runs.resolve(runName());
    OutputFolder.require("--runs", runs);
    RunDirectory.requireFree(directory);
    return directory;
  }

  private String runName() {
    if (name.isEmpty()) {
      return config.name() + "-" + STAMP.format(LocalDateTime.now(ZoneId.systemDefault()));
    }
    if (!name.get().matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new CliException(
          ExitCode.USAGE,
          "--run is \""
              + name.get()
              + "\", but a run's name is one folder: letters, digits, dot, hyphen and underscore");
    }
    return name.get();
  }

  /**
   * Refuses adapters that are not the base model's, or not those that the configuration trains.
   *
   * @throws CliException naming the role whose settings differ
   */
  private static void requireTrainable(
      Path folder, CheckpointFolder base, SelfPlayConfig resolved) {
    try (AdapterFolder adapters = AdapterFolder.open(folder)) {
      adapters.requireFits(base.config(), base.path(), AdapterFolder.fingerprint(base));
      requireSame("generator", adapters, resolved.generator());
      requireSame("solver", adapters, resolved.solver());
    }
  }

  private static void requireSame(String role, AdapterFolder adapters, GrpoConfig config) {
    Optional<String> conflict = adapters.conflict(config.lora());
    if (conflict.isPresent()) {
      throw new CliException(ExitCode.USAGE, role + ": " + conflict.get());
    }
  }

  /** Sums are split by thread, so equal bits need the number that the run was started with. */
  private static void useThreadsOf(Path directory, NativeLibrary.Loaded library) {
    String threads =
        RunDirectory.readManifest(directory).versions().getOrDefault(Versions.THREADS, "");
    if (threads.matches("[1-9]\\d{0,4}")) {
      library.setThreads(Integer.parseInt(threads));
    }
  }

  private static void tellChanges(
      Path directory, SortedMap<String, String> now, Terminal terminal) {
    RunDirectory.readManifest(directory)
        .versions()
        .forEach(
            (name, before) -> {
              String is = now.getOrDefault(name, "unknown");
              if (!is.equals(before)) {
                terminal.print(
                    "%s is %s and was %s when the run was started: its figures may differ in the last bits from those of an uninterrupted run."
                        .formatted(name, is, before));
              }
            });
  }

  private static Benchmark benchmark(SelfPlayConfig resolved) {
    try {
      Benchmark whole = Benchmarks.named(resolved.evaluation().benchmark());
      return resolved.evaluation().mostTasks().map(whole::limitedTo).orElse(whole);
    } catch (IllegalArgumentException e) {
      throw new CliException(
          ExitCode.USAGE,
          "evaluation.benchmark: "
              + e.getMessage()
              + "; on the published ones, evaluate measures a run's checkpoints",
          e);
    }
  }

  /**
   * What the run will do.
   *
   * @param mustFit whether to refuse lengths that the model's context cannot hold
   */
  private static Plan plan(
      SelfPlayConfig resolved, Path base, Compute compute, Benchmark benchmark, boolean mustFit) {
    try (CheckpointFolder checkpoint = CheckpointFolder.open(AdapterFolder.baseOf(base));
        CheckpointChat chat = CheckpointChat.open(checkpoint.path(), checkpoint.config())) {
      if (AdapterFolder.is(base)) {
        requireTrainable(base, checkpoint, resolved);
      }
      PromptLengths prompts = PromptLengths.of(resolved, benchmark, chat.renderer());
      List<String> problems =
          ContextFit.problems(resolved, prompts, checkpoint.config().maxPositionEmbeddings());
      if (mustFit && !problems.isEmpty()) {
        throw new CliException(
            ExitCode.USAGE,
            "the configuration does not fit the model %s:%n  %s"
                .formatted(base, String.join(System.lineSeparator() + "  ", problems)));
      }
      return Planner.plan(
          resolved, benchmark.tasks().size(), PlanAssumptions.of(resolved, base, compute, prompts));
    }
  }
}
