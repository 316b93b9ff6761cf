package toolr0.eval;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import toolr0.base.AtomicFiles;
import toolr0.base.Json;
import toolr0.run.JsonLines;
import toolr0.run.Manifest;
import toolr0.run.RunException;
import tools.jackson.databind.node.ObjectNode;

/**
 * The replies of an evaluation that is not done yet, in the folder of its results: one line that
 * says what is asked and how, then one for each reply. An evaluation with the same setup goes on
 * behind them.
 */
public final class ReplyFile {
  public static final String NAME = "replies.jsonl";

  private static final String SETUP = "setup";
  private static final String STARTED = "started";
  private static final String HEAD = "{\"" + STARTED + "\":\"";
  private static final String SECONDS = "seconds";
  private static final String REMARK = "remark";

  private final Path folder;
  private final Path file;
  private final ObjectNode setup;
  private final InstantSource clock;
  private final Instant opened;
  private final Instant started;
  private final Duration before;
  private final Optional<String> remarkBefore;
  private final ReplyLines replies;
  private final Supplier<Optional<String>> remark;
  private boolean headed;

  private ReplyFile(
      Path folder,
      ObjectNode setup,
      InstantSource clock,
      List<ObjectNode> lines,
      Supplier<Optional<String>> remark) {
    this.folder = folder;
    this.file = folder.resolve(NAME);
    this.setup = setup;
    this.clock = clock;
    this.opened = clock.instant();
    this.remark = remark;
    this.headed = !lines.isEmpty();
    if (lines.isEmpty()) {
      started = opened;
      before = Duration.ZERO;
      remarkBefore = Optional.empty();
    } else {
      started = Instant.parse(lines.getFirst().path(STARTED).asString(""));
      before = Duration.ofMillis(Math.round(1000 * lines.getLast().path(SECONDS).asDouble(0)));
      remarkBefore =
          lines.stream()
              .filter(line -> line.has(REMARK))
              .map(line -> line.path(REMARK).asString(""))
              .findFirst();
    }
    replies = new ReplyLines(lines.stream().skip(1).toList(), this::append);
  }

  /**
   * The replies in a folder, none when it has no such file.
   *
   * @param setup all that a reply depends on beside its prompt: the model, the settings and the
   *     versions
   * @param remark how the model was asked otherwise than the settings say, where it was
   * @throws RunException when the file is another evaluation's or is damaged
   */
  public static ReplyFile open(
      Path folder, ObjectNode setup, InstantSource clock, Supplier<Optional<String>> remark) {
    Path file = folder.resolve(NAME);
    requireOwn(file);
    List<ObjectNode> lines = JsonLines.read(file);
    if (!lines.isEmpty()) {
      ObjectNode before = (ObjectNode) lines.getFirst().required(SETUP);
      List<String> differences = Manifest.differences(before, setup);
      if (!differences.isEmpty()) {
        throw new RunException(
            RunException.Kind.USAGE,
            file
                + " has the replies of an evaluation that was stopped, of another model or with other"
                + " settings. Repeat that one's command to go on with it, name another folder, or"
                + " delete the file. It differs in:\n  "
                + String.join("\n  ", differences));
      }
    }
    try {
      return new ReplyFile(folder, setup, clock, lines, remark);
    } catch (IllegalArgumentException | java.time.DateTimeException e) {
      throw new RunException(
          RunException.Kind.DATA,
          file + " is damaged (" + e.getMessage() + "); delete it to ask all tasks again",
          e);
    }
  }

  /** The folder of the results. */
  public Path folder() {
    return folder;
  }

  /** Refuses a file that does not begin as one of these does; its last line may be torn. */
  private static void requireOwn(Path file) {
    try {
      if (!Files.exists(file)) {
        return;
      }
      String start = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      boolean own =
          start.length() < HEAD.length() ? HEAD.startsWith(start) : start.startsWith(HEAD);
      if (own) {
        return;
      }
    } catch (IOException e) {
      throw new RunException(
          RunException.Kind.DATA, file + " cannot be read: " + e.getMessage(), e);
    }
    throw new RunException(
        RunException.Kind.USAGE,
        file + " is no file of an evaluation's replies; name another folder");
  }

  public Path path() {
    return file;
  }

  /** How many replies there are. */
  public int size() {
    return replies.size();
  }

  public ReplyStore replies() {
    return replies;
  }

  /** When the evaluation began, in its first session. */
  public Instant started() {
    return started;
  }

  /** How long it has taken up to now: earlier sessions up to their last batch, and this one. */
  public Duration took() {
    return before.plus(Duration.between(opened, clock.instant()));
  }

  /** How the model was asked otherwise than the settings say, in this session or before. */
  public Optional<String> remark() {
    return remark.get().or(() -> remarkBefore);
  }

  /** Removes the file: the evaluation is done. */
  public void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  private void append(List<ObjectNode> batch) {
    List<String> lines = new ArrayList<>();
    if (!headed) {
      ObjectNode head = Json.object();
      head.put(STARTED, started.toString());
      head.set(SETUP, setup);
      lines.add(Json.compact(head));
    }
    for (ObjectNode line : batch) {
      line.put(SECONDS, took().toMillis() / 1e3);
      remark().ifPresent(text -> line.put(REMARK, text));
      lines.add(Json.compact(line));
    }
    try {
      AtomicFiles.appendLines(file, lines);
      headed = true;
    } catch (IOException e) {
      throw new RunException(
          RunException.Kind.ENVIRONMENT,
          "Cannot write %s: %s. The replies before are kept; free the space or fix the permission and repeat the command."
              .formatted(file, e.getMessage()),
          e);
    }
  }
}
