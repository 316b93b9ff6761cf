package toolr0.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import toolr0.base.AtomicFiles;
import toolr0.base.Json;
import toolr0.base.JsonSyntaxException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * A run's folder, held by this process alone: manifest, logs, checkpoints and the point from which
 * it resumes.
 *
 * <p>{@link #commit} is the only thing that moves that point. Whatever was written after the last
 * commit is cut off or deleted when the run is opened again, so that a resumed run's files equal an
 * uninterrupted run's.
 */
public final class RunDirectory implements AutoCloseable {
  /** File names inside a run directory. */
  public static final String MANIFEST = "manifest.json";

  public static final String STATE = "state.json";
  public static final String EVENTS = "events.jsonl";
  public static final String METRICS = "metrics.jsonl";
  public static final String SESSIONS = "sessions.jsonl";

  /** Name of a stage's last checkpoint; earlier ones have a hyphen and the step behind it. */
  public static final String CHECKPOINT = "checkpoint";

  private static final Pattern ITERATION = Pattern.compile("iteration-[1-9]\\d*");

  /** The names that logs may have, and that what looks like one is deleted by on resume. */
  private static final Pattern LOG =
      Pattern.compile(
          "(events|metrics|completions/%1$s-[a-z]+|(base|%1$s/[a-z]+)/[^/]+)\\.jsonl"
              .formatted(ITERATION));

  private final Path root;
  private final RunLock lock;
  private final InstantSource clock;
  private final long startedNanos = System.nanoTime();
  private final double secondsBefore;
  private final Map<String, JsonLines> logs = new HashMap<>();
  private Manifest manifest;
  private Optional<StageState> state;

  private RunDirectory(
      Path root, RunLock lock, InstantSource clock, Manifest manifest, Optional<StageState> state) {
    this.root = root;
    this.lock = lock;
    this.clock = clock;
    this.manifest = manifest;
    this.state = state;
    this.secondsBefore = state.map(StageState::wallSeconds).orElse(0.0);
  }

  /**
   * Starts a run.
   *
   * @param root a folder that does not exist or holds no run
   * @param configuration the resolved configuration
   * @param versions versions of the program and of what it stands on, by name
   * @param baseCheckpoint its folder, then the one that it stands on if it consists of adapters
   * @throws RunException when the folder holds a run, is in use or cannot be written
   */
  public static RunDirectory create(
      Path root,
      ObjectNode configuration,
      long seed,
      SortedMap<String, String> versions,
      List<Path> baseCheckpoint,
      InstantSource clock) {
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw JsonLines.cannotWrite(root, e);
    }
    RunLock lock = RunLock.take(root);
    try {
      requireFree(root);
      Manifest manifest =
          new Manifest(
              configuration, seed, versions, Manifest.hash(baseCheckpoint), new TreeMap<>());
      RunDirectory run = new RunDirectory(root, lock, clock, manifest, Optional.empty());
      run.write(MANIFEST, Json.pretty(manifest.toJson()));
      run.write(STATE, Json.pretty(StageState.START.toJson()));
      run.session("started", versions);
      return run;
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Refuses a folder that a run cannot be started in.
   *
   * @throws RunException when it is a file, holds a run, or holds anything else
   */
  public static void requireFree(Path root) {
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw new RunException(
          RunException.Kind.USAGE, root + " is a file; choose another name (--run NAME)");
    }
    if (Files.exists(root.resolve(MANIFEST))) {
      throw new RunException(
          RunException.Kind.USAGE,
          root
              + " holds a run already; go on with it (--resume "
              + root
              + ") or choose another name (--run NAME)");
    }
    for (Path entry : RunFiles.children(root)) {
      String name = entry.getFileName().toString();
      if (!name.equals(RunLock.FILE) && !name.startsWith(".")) {
        throw new RunException(
            RunException.Kind.USAGE,
            root
                + " holds "
                + name
                + ", which is no part of a run; choose another name (--run NAME)");
      }
    }
  }

  /**
   * Opens a run to go on with it: cuts the logs to the last commit and deletes what no commit
   * knows.
   *
   * @param configuration the resolved configuration; must equal the manifest's
   * @param baseCheckpoint as the run was started with
   * @throws RunException when there is no run, it is in use, the configuration differs, the state
   *     is missing, or a checkpoint of a finished stage or of the last commit is damaged; nothing
   *     is deleted then
   */
  public static RunDirectory resume(
      Path root,
      ObjectNode configuration,
      SortedMap<String, String> versions,
      List<Path> baseCheckpoint,
      InstantSource clock) {
    requireRun(root);
    RunLock lock = RunLock.take(root);
    try {
      Manifest manifest = readManifest(root);
      List<String> differences = Manifest.differences(manifest.configuration(), configuration);
      if (!differences.isEmpty()) {
        throw new RunException(
            RunException.Kind.USAGE,
            root
                + " was started with another configuration; resume it unchanged or start a new run."
                + " It differs in:\n"
                + "  "
                + String.join("\n  ", differences));
      }
      Manifest.verify(baseCheckpoint, manifest.baseCheckpoint());
      Optional<StageState> state = readState(root);
      RunDirectory run = new RunDirectory(root, lock, clock, manifest, state);
      run.verifyCheckpoints();
      run.cutBack();
      run.session("resumed", versions);
      return run;
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * The manifest of a run that need not be open.
   *
   * @throws RunException when there is none or it cannot be read
   */
  public static Manifest readManifest(Path root) {
    requireRun(root);
    Path file = root.resolve(MANIFEST);
    try {
      return Manifest.fromJson(Json.parseObject(Files.readString(file)));
    } catch (IOException | RuntimeException e) {
      throw damaged(file, e);
    }
  }

  /**
   * The last commit of a run that need not be open, empty before the first.
   *
   * @throws RunException when it is damaged
   */
  public static Optional<StageState> readState(Path root) {
    Path file = root.resolve(STATE);
    if (!Files.exists(file)) {
      requireUntouched(root);
      return Optional.empty();
    }
    try {
      StageState state = StageState.fromJson(Json.parseObject(Files.readString(file)));
      return Optional.of(state).filter(s -> !s.equals(StageState.START));
    } catch (IOException | RuntimeException e) {
      throw damaged(file, e);
    }
  }

  public Path root() {
    return root;
  }

  /** A path inside the run directory. */
  public Path resolve(String relative) {
    return root.resolve(relative);
  }

  public Manifest manifest() {
    return manifest;
  }

  /** The last commit, empty before the first. */
  public Optional<StageState> state() {
    return state;
  }

  /** Whether the stage is complete. */
  public boolean finished(StageId stage) {
    return state
        .map(s -> s.stage().compareTo(stage) > 0 || (s.stage().equals(stage) && s.finished()))
        .orElse(false);
  }

  /** The last commit when it lies inside this stage. */
  public Optional<StageState> progress(StageId stage) {
    return state.filter(s -> s.stage().equals(stage));
  }

  /**
   * The log of that name, opened behind what the last commit knows of it. On resume a log that no
   * commit knows is deleted.
   *
   * @param relative {@code events.jsonl}, {@code metrics.jsonl}, or a file ending in {@code .jsonl}
   *     that lies in a stage's folder or bears a stage's label in {@code completions/}
   * @throws IllegalArgumentException for another name
   */
  public JsonLines log(String relative) {
    if (!LOG.matcher(relative).matches()) {
      throw new IllegalArgumentException(relative + " is not the name of a log of a run");
    }
    return logs.computeIfAbsent(
        relative, name -> JsonLines.open(root.resolve(name), committedLength(name)));
  }

  /** Writes a file whole or not at all. */
  public void write(String relative, String text) {
    try {
      AtomicFiles.writeText(root.resolve(relative), text);
    } catch (IOException e) {
      throw JsonLines.cannotWrite(root.resolve(relative), e);
    }
  }

  /**
   * Makes this the point from which the run resumes; older checkpoints of the stage are deleted
   * afterwards.
   *
   * @param step steps of the stage that are done
   * @param finished whether the stage is complete
   * @param checkpoint the complete checkpoint of this step, relative to the run directory
   * @param counters what accumulates over steps
   */
  public void commit(
      StageId stage,
      int step,
      boolean finished,
      Optional<String> checkpoint,
      SortedMap<String, Long> counters) {
    SortedMap<String, Long> lengths = new TreeMap<>();
    state.ifPresent(s -> lengths.putAll(s.logs()));
    logs.forEach(
        (name, log) -> {
          log.force();
          lengths.put(name, log.length());
        });
    recordCheckpoints(checkpoint);
    StageState next =
        new StageState(
            stage, step, finished, checkpoint, counters, lengths, wallSeconds(), peakRssMb());
    write(STATE, Json.pretty(next.toJson()));
    state = Optional.of(next);
    checkpoint.ifPresent(keep -> deleteOthers(stage, keep));
  }

  /** Seconds spent on the run up to now, earlier sessions up to their last commit included. */
  public double wallSeconds() {
    return secondsBefore + (System.nanoTime() - startedNanos) / 1e9;
  }

  /**
   * Largest resident memory in MiB up to now, earlier sessions included; 0 where the system does
   * not tell.
   */
  public double peakRssMb() {
    return Math.max(state.map(StageState::peakRssMb).orElse(0.0), ProcessMemory.peakMb().orElse(0));
  }

  public InstantSource clock() {
    return clock;
  }

  /**
   * Notes in {@code sessions.jsonl} how this session ended: for example "finished" or
   * "interrupted".
   */
  public void endSession(String how) {
    session(how, new TreeMap<>());
  }

  @Override
  public void close() {
    logs.values().forEach(JsonLines::close);
    logs.clear();
    lock.close();
  }

  private long committedLength(String log) {
    return state.map(s -> s.logs().getOrDefault(log, 0L)).orElse(0L);
  }

  /**
   * Compares the checkpoint of the last commit, and those of finished stages that are still there,
   * with the manifest.
   */
  private void verifyCheckpoints() {
    Optional<String> last = state.flatMap(StageState::checkpoint);
    if (last.isPresent() && !manifest.checkpoints().containsKey(last.get())) {
      throw new RunException(
          RunException.Kind.DATA,
          root.resolve(MANIFEST)
              + " lacks the checkpoint "
              + last.get()
              + " that "
              + STATE
              + " names; restore the file from a copy or start a new run");
    }
    manifest
        .checkpoints()
        .forEach(
            (folder, expected) -> {
              Path path = root.resolve(folder);
              if (last.equals(Optional.of(folder)) || (isPast(folder) && Files.isDirectory(path))) {
                Manifest.verify(List.of(path), expected);
              }
            });
  }

  private void cutBack() {
    Set<String> known = new HashSet<>();
    state.ifPresent(s -> known.addAll(s.logs().keySet()));
    for (Path file : RunFiles.files(root)) {
      String relative = root.relativize(file).toString().replace('\\', '/');
      if (known.contains(relative)) {
        JsonLines.open(file, committedLength(relative)).close();
      } else if (isTemporary(file) || LOG.matcher(relative).matches()) {
        RunFiles.deleteTree(file);
      }
    }
    for (String log : known) {
      if (!Files.exists(root.resolve(log))) {
        throw new RunException(
            RunException.Kind.DATA,
            root.resolve(log) + " is missing; restore the file from a copy or start a new run");
      }
    }
    Optional<String> keep = state.flatMap(StageState::checkpoint);
    for (Path iteration : iterations(root)) {
      for (Stage stage : List.of(Stage.GENERATOR, Stage.SOLVER)) {
        for (Path entry : RunFiles.children(iteration.resolve(stage.wireName()))) {
          String relative = root.relativize(entry).toString().replace('\\', '/');
          boolean complete = manifest.checkpoints().containsKey(relative) && isPast(relative);
          if (!complete && !keep.equals(Optional.of(relative))) {
            RunFiles.deleteTree(entry);
          }
        }
      }
    }
  }

  /** Whether the file was being written when a process was killed. */
  private static boolean isTemporary(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(".") && name.endsWith(".tmp");
  }

  /** Whether the path is the last checkpoint of a stage that the run has left behind. */
  private boolean isPast(String relative) {
    if (state.isEmpty() || !relative.endsWith("/" + CHECKPOINT)) {
      return false;
    }
    StageId at = state.get().stage();
    for (int iteration = 1; iteration <= at.iteration(); iteration++) {
      for (Stage stage : List.of(Stage.GENERATOR, Stage.SOLVER)) {
        StageId id = new StageId(iteration, stage);
        if (id.compareTo(at) < 0 && relative.equals(id.folder() + "/" + CHECKPOINT)) {
          return true;
        }
      }
    }
    return false;
  }

  private void recordCheckpoints(Optional<String> checkpoint) {
    SortedMap<String, SortedMap<String, String>> checkpoints = new TreeMap<>();
    manifest
        .checkpoints()
        .forEach(
            (folder, hashes) -> {
              if (Files.isDirectory(root.resolve(folder))) {
                checkpoints.put(folder, hashes);
              }
            });
    checkpoint.ifPresent(folder -> checkpoints.put(folder, Manifest.hash(root.resolve(folder))));
    if (!checkpoints.equals(manifest.checkpoints())) {
      manifest = manifest.withCheckpoints(checkpoints);
      write(MANIFEST, Json.pretty(manifest.toJson()));
    }
  }

  private void deleteOthers(StageId stage, String keep) {
    for (Path entry : RunFiles.children(root.resolve(stage.folder()))) {
      if (!entry.equals(root.resolve(keep))) {
        RunFiles.deleteTree(entry);
      }
    }
  }

  private void session(String what, SortedMap<String, String> versions) {
    ObjectNode line = Json.object();
    line.put("at", clock.instant().toString());
    line.put("what", what);
    line.put("process", ProcessHandle.current().pid());
    line.put("host", RunLock.host());
    line.put("wall_seconds", wallSeconds());
    if (!versions.isEmpty()) {
      ObjectNode node = line.putObject("versions");
      versions.forEach(node::put);
    }
    try {
      AtomicFiles.appendLine(root.resolve(SESSIONS), Json.compact(line));
    } catch (IOException e) {
      throw JsonLines.cannotWrite(root.resolve(SESSIONS), e);
    }
  }

  /**
   * Refuses a run whose state is lost. Only a run that was killed as soon as it was made has none,
   * and that run has nothing else either.
   */
  private static void requireUntouched(Path root) {
    List<String> others =
        RunFiles.children(root).stream()
            .map(entry -> entry.getFileName().toString())
            .filter(name -> !name.equals(MANIFEST) && !name.equals(RunLock.FILE))
            .filter(name -> !name.startsWith("."))
            .toList();
    if (!others.isEmpty()) {
      throw new RunException(
          RunException.Kind.DATA,
          root.resolve(STATE)
              + " is missing: it says what of the run is done, and without it the run would start over"
              + " and delete what it has ("
              + String.join(", ", others)
              + "). Restore the file from a copy or start a new run; nothing was changed");
    }
  }

  private static List<Path> iterations(Path root) {
    return RunFiles.children(root).stream()
        .filter(entry -> ITERATION.matcher(entry.getFileName().toString()).matches())
        .toList();
  }

  private static void requireRun(Path root) {
    if (Files.isRegularFile(root.resolve(MANIFEST))) {
      return;
    }
    if (Files.exists(root.resolve(STATE)) && !iterations(root).isEmpty()) {
      throw new RunException(
          RunException.Kind.DATA,
          root.resolve(MANIFEST)
              + " is missing: it has the run's configuration and the hashes of its checkpoints."
              + " Restore the file from a copy or start a new run; nothing was changed");
    }
    throw new RunException(
        RunException.Kind.USAGE,
        root
            + " holds no run (no "
            + MANIFEST
            + "); name the folder of a run, for example runs/NAME");
  }

  private static RunException damaged(Path file, Exception e) {
    String why = e instanceof JsonSyntaxException ? "is not JSON" : "cannot be read";
    String problem = e instanceof JacksonException j ? Json.problem(j) : e.getMessage();
    return new RunException(
        RunException.Kind.DATA,
        file + " " + why + " (" + problem + "); restore it from a copy or start a new run",
        e);
  }
}
