package toolr0.score;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import toolr0.base.Json;
import toolr0.curriculum.DatasetConfig;
import toolr0.selfplay.SelfPlayConfig;
import toolr0.task.ControlSpec;
import toolr0.task.ControlSpecWeights;
import toolr0.task.Fingerprint;
import toolr0.task.ParsedTask;
import toolr0.task.QualityScore;
import toolr0.task.Task;
import toolr0.task.TaskCheck;
import toolr0.task.TaskDraft;
import toolr0.task.TaskParser;
import toolr0.task.TaskReader;
import toolr0.task.TaskReading;
import toolr0.task.Validation;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says whether a Generator's completions become tasks of the dataset: {@code completion}, {@code
 * spec}. The reward is 1 for an accepted candidate and 0 for a rejected one.
 */
final class CandidateLines implements LineScorer {
  private final DatasetConfig config;
  private final ControlSpecWeights control;
  private final TaskParser parser;
  private final TaskCheck check;
  private final TaskReader reader;

  CandidateLines(SelfPlayConfig config) {
    this.config = config.dataset();
    this.control = config.control();
    this.parser = new TaskParser(config.task().parser());
    this.check = new TaskCheck(config.task().check());
    this.reader = config.taskReader();
  }

  @Override
  public LineScore score(ObjectNode line) {
    LineFields fields = new LineFields(line);
    String completion = fields.text("completion");
    Optional<ControlSpec> given = fields.spec();
    ControlSpec spec = given.orElseGet(() -> SpecOf.completion(parser.parse(completion), control));
    return switch (reader.read(spec, completion)) {
      case TaskReading.Accepted accepted -> accepted(accepted, given.isPresent());
      case TaskReading.Rejected(String reason, String detail, boolean _) ->
          new LineScore(
              OptionalDouble.of(0),
              accepted(0),
              rejected(spec, completion, reason, detail),
              Json.object().put("accepted", false).put("reason", reason));
    };
  }

  private LineScore accepted(TaskReading.Accepted accepted, boolean specGiven) {
    Task task = accepted.task();
    SequencedMap<String, Double> parts = accepted(1);
    parts.put("quality_score", QualityScore.of(task));
    Fingerprint prints = Fingerprint.of(task);
    ObjectNode more = Json.object();
    more.put("accepted", true);
    more.put("question", task.question());
    more.set("tools", accepted.tools());
    more.set("calls", accepted.calls());
    more.putObject("fingerprints")
        .put("question", prints.question())
        .put("tools", prints.tools())
        .put("calls", prints.calls())
        .put("combined", prints.combined());
    boolean specCounts = config.validation() == Validation.CHECKED;
    String text =
        !specCounts
            ? "every published rule is kept; the control spec plays no part"
            : specGiven
                ? "every rule is kept, the control spec's too"
                : "every rule is kept; no control spec is given, so it counts as what was written";
    return new LineScore(
        OptionalDouble.of(1), parts, List.of(new Reason("accepted", "accepted", text)), more);
  }

  private static SequencedMap<String, Double> accepted(double value) {
    SequencedMap<String, Double> parts = new LinkedHashMap<>();
    parts.put("accepted", value);
    return parts;
  }

  /** All broken rules where they can be told, the first one otherwise. */
  private List<Reason> rejected(ControlSpec spec, String completion, String reason, String detail) {
    if (config.validation() == Validation.CHECKED
        && parser.parse(completion) instanceof ParsedTask.Parsed(Task task, TaskDraft _)) {
      return check.check(spec, task).stream()
          .map(
              v ->
                  new Reason(
                      "accepted", v.rule().wireName(), words(v.rule().wireName(), v.detail())))
          .toList();
    }
    return List.of(new Reason("accepted", reason, words(reason, detail)));
  }

  private static String words(String reason, String detail) {
    String rule = reason.replace('_', ' ');
    return detail.isEmpty() ? rule : rule + ": " + detail;
  }
}
