package toolr0.selfplay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.base.Json;
import toolr0.policy.PolicyException;
import toolr0.run.Event;
import toolr0.run.JsonLines;
import toolr0.run.RunDirectory;
import toolr0.run.RunListener;
import toolr0.run.StageId;
import toolr0.testsupport.RunCopies;
import toolr0.testsupport.ToyStore;
import tools.jackson.databind.node.ObjectNode;

class SelfPlayTest {
  @TempDir private Path folder;
  private Path base;
  private final List<Event> events = new ArrayList<>();

  @BeforeEach
  void writeBase() {
    base = folder.resolve("base");
    ToyStore.writeBase(base);
  }

  private SortedMap<String, String> uninterrupted() {
    Path root = folder.resolve("whole/run");
    try (RunDirectory run = ToyRun.create(root, base)) {
      assertThat(ToyRun.play(run, base, new ToyStore(() -> {}), events::add, () -> false)).isTrue();
    }
    return RunCopies.content(root);
  }

  private static void assertSame(SortedMap<String, String> whole, Path root, String when) {
    assertThat(RunCopies.difference(whole, RunCopies.content(root))).as(when).isEmpty();
  }

  @Test
  void aWholeRunWritesEveryFileOfTheRunDirectory() {
    SortedMap<String, String> content = uninterrupted();
    assertThat(content)
        .containsKeys(
            "manifest.json",
            "state.json",
            "events.jsonl",
            "metrics.jsonl",
            "base/pocket.json",
            "base/replies.jsonl",
            "iteration-1/generator/checkpoint/model.safetensors",
            "iteration-1/dataset/candidates.jsonl",
            "iteration-1/dataset/tasks.jsonl",
            "iteration-1/dataset/report.json",
            "iteration-1/solver/checkpoint/model.safetensors",
            "iteration-1/evaluation/pocket.json",
            "iteration-2/solver/checkpoint/model.safetensors",
            "iteration-2/evaluation/pocket.json",
            "completions/iteration-1-generator.jsonl",
            "completions/iteration-2-solver.jsonl",
            "charts/exact-match.svg",
            "charts/generator-reward.svg",
            "charts/difficulty-band.svg",
            "charts/solver-reward.svg",
            "report.json",
            "report.md")
        .noneSatisfy((name, text) -> assertThat(name).contains("checkpoint-"));
    assertThat(events.getFirst()).isInstanceOf(Event.RunPlanned.class);
    assertThat(events.getLast()).isInstanceOf(Event.RunFinished.class);
  }

  @Test
  void theReportHoldsBaseIterationsAndFinal() throws IOException {
    uninterrupted();
    ObjectNode report = Json.parseObject(Files.readString(folder.resolve("whole/run/report.json")));
    assertThat(report.required("iterations").size()).isEqualTo(2);
    for (String part : List.of("base", "final")) {
      assertThat(report.required(part).required("exact_match").asDouble()).isBetween(0.0, 1.0);
      assertThat(report.required(part).required("ci_low").asDouble())
          .isLessThanOrEqualTo(report.required(part).required("ci_high").asDouble());
      assertThat(report.required(part).required("categories").has("even")).isTrue();
    }
    assertThat(report.required("final").required("exact_match"))
        .isEqualTo(report.required("iterations").get(1).required("exact_match"));
    assertThat(report.has("relative_gain")).isTrue();
    assertThat(report.required("wall_seconds").asDouble()).isPositive();
    assertThat(report.required("seed").asLong()).isEqualTo(7);
    assertThat(Files.readString(folder.resolve("whole/run/report.md")))
        .contains("charts/exact-match.svg")
        .contains("| model | exact match | 95% interval |")
        .contains("| iteration 2 |")
        .contains("generator, iteration 1, step 1, reward")
        .contains("solver, iteration 2, step 3, reward")
        .contains("    wanted  [{\"name\"");
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    SortedMap<String, String> first = uninterrupted();
    Path root = folder.resolve("again/run");
    try (RunDirectory run = ToyRun.create(root, base)) {
      ToyRun.play(run, base);
    }
    assertSame(first, root, "again");
  }

  @Test
  void noMoreThanTwoPoliciesAreOpenAndAllAreClosed() {
    ToyStore store = new ToyStore(() -> {});
    try (RunDirectory run = ToyRun.create(folder.resolve("run"), base)) {
      ToyRun.play(run, base, store, RunListener.all(List.of()), () -> false);
    }
    assertThat(store.mostOpen()).isEqualTo(2);
    assertThat(store.open()).isZero();
  }

  @Test
  void stoppedAtEveryPointAndResumedEqualsUninterrupted() {
    SortedMap<String, String> whole = uninterrupted();
    boolean stopped = true;
    for (int point = 1; stopped; point++) {
      Path root = folder.resolve("stop-" + point + "/run");
      AtomicInteger asked = new AtomicInteger();
      int stopAt = point;
      BooleanSupplier stop = () -> asked.incrementAndGet() == stopAt;
      try (RunDirectory run = ToyRun.create(root, base)) {
        stopped = !ToyRun.play(run, base, new ToyStore(() -> {}), RunListener.all(List.of()), stop);
      }
      if (stopped) {
        try (RunDirectory run = ToyRun.resume(root, base)) {
          assertThat(ToyRun.play(run, base)).isTrue();
        }
      } else {
        assertThat(point).as("points at which a run can stop").isGreaterThan(20);
      }
      assertSame(whole, root, "stopped at point " + point);
    }
  }

  @Test
  void killedAtEveryMomentAndResumedEqualsUninterrupted() throws IOException {
    SortedMap<String, String> whole = uninterrupted();
    Path root = folder.resolve("killed/run");
    List<Path> moments = new ArrayList<>();
    Runnable moment =
        () -> {
          Path copy = folder.resolve("moment-" + moments.size() + "/run");
          RunCopies.copy(root, copy);
          moments.add(copy);
        };
    try (RunDirectory run = ToyRun.create(root, base)) {
      ToyRun.play(run, base, new ToyStore(moment), event -> moment.run(), () -> false);
    }
    assertThat(moments).hasSizeGreaterThan(100);
    for (int i = 0; i < moments.size(); i += 3) {
      Path copy = moments.get(i);
      tear(copy);
      if (i + 1 < moments.size()) {
        Files.copy(
            moments.get(i + 1).resolve("manifest.json"),
            copy.resolve("manifest.json"),
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
      try (RunDirectory run = ToyRun.resume(copy, base)) {
        assertThat(ToyRun.play(run, base)).isTrue();
      }
      assertSame(whole, copy, "killed at moment " + i);
    }
  }

  /** Leaves half a line at the end of every log, and half-written files beside others. */
  private static void tear(Path run) throws IOException {
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jsonl")).toList()) {
        Files.writeString(file, "{\"torn\":", StandardOpenOption.APPEND);
      }
    }
    Files.writeString(run.resolve(".state.json.123.tmp"), "half");
    Path solver = run.resolve("iteration-1/solver");
    if (Files.isDirectory(solver)) {
      Files.createDirectories(solver.resolve(".checkpoint-2.tmp"));
      Files.writeString(solver.resolve(".checkpoint-2.tmp/model.safetensors"), "half");
    }
  }

  @Test
  void aLossThatIsNotFiniteStopsTheRunAndKeepsTheLastCheckpoint() {
    Path root = folder.resolve("run");
    ToyStore store = new ToyStore(() -> {});
    store.failAtStep(2);
    try (RunDirectory run = ToyRun.create(root, base)) {
      assertThatThrownBy(
              () -> ToyRun.play(run, base, store, RunListener.all(List.of()), () -> false))
          .isInstanceOf(PolicyException.class)
          .hasMessageContaining("Step 3 of iteration 1, generator: the loss is NaN")
          .hasMessageContaining("iteration-1-generator.jsonl")
          .hasMessageContaining("checkpoint-2");
    }
    assertThat(store.open()).isZero();
    assertThat(JsonLines.read(root.resolve("sessions.jsonl")).getLast().required("what").asString())
        .startsWith("failed: Step 3");
    assertThat(root.resolve("iteration-1/generator/checkpoint-2")).isDirectory();
    try (RunDirectory run = ToyRun.resume(root, base)) {
      assertThat(ToyRun.play(run, base)).isTrue();
    }
    assertSame(uninterrupted(), root, "resumed after the failure");
  }

  @Test
  void aFinishedRunCanBeResumedAndStaysWhatItWas() throws IOException {
    SortedMap<String, String> whole = uninterrupted();
    Path root = folder.resolve("whole/run");
    String report = Files.readString(root.resolve("report.json"));
    List<Event> told = resumed(root);
    assertSame(whole, root, "resumed when finished");
    assertThat(root.resolve("report.json")).hasContent(report);
    assertThat(told).hasSize(2);
    assertThat(told.getFirst())
        .asInstanceOf(InstanceOfAssertFactories.type(Event.RunResumed.class))
        .satisfies(r -> assertThat(r.complete()).isTrue())
        .satisfies(r -> assertThat(r.results()).isEqualTo(evaluations(events)));
    assertThat(told.getLast()).isEqualTo(events.getLast());
  }

  @Test
  void aResumedRunTellsOfTheEvaluationsThatAreFinished() {
    uninterrupted();
    Path root = folder.resolve("run");
    BooleanSupplier stop = () -> Files.exists(root.resolve("iteration-2"));
    try (RunDirectory run = ToyRun.create(root, base)) {
      ToyRun.play(run, base, new ToyStore(() -> {}), RunListener.all(List.of()), stop);
    }
    List<Event> told = resumed(root);
    assertThat(told.getFirst())
        .asInstanceOf(InstanceOfAssertFactories.type(Event.RunResumed.class))
        .satisfies(r -> assertThat(r.complete()).isFalse())
        .satisfies(r -> assertThat(r.results()).isEqualTo(evaluations(events).subList(0, 2)));
    assertThat(evaluations(told)).isEqualTo(evaluations(events).subList(2, 3));
  }

  @Test
  void anEvaluationThatIsStoppedGoesOnBehindItsLastBatch() {
    uninterrupted();
    Path root = folder.resolve("run");
    ToyStore store = new ToyStore(() -> {});
    List<Event> told = new ArrayList<>();
    AtomicInteger asked = new AtomicInteger();
    try (RunDirectory run = ToyRun.create(root, base)) {
      ToyRun.play(run, base, store, told::add, () -> asked.incrementAndGet() > 2);
    }
    assertThat(told.getLast()).isEqualTo(new Event.Interrupted(StageId.base(), 2, root));
    List<Event> later = resumed(root);
    assertThat(later.getFirst())
        .asInstanceOf(InstanceOfAssertFactories.type(Event.RunResumed.class))
        .extracting(Event.RunResumed::stage, Event.RunResumed::step)
        .containsExactly(StageId.base(), 2);
    assertThat(steps(later)).containsExactly(3);
    assertThat(steps(told)).containsExactly(1, 2);
    assertThat(store.sampleCalls()).hasSize(2);
  }

  private static List<Integer> steps(List<Event> events) {
    return events.stream()
        .filter(
            e -> e instanceof Event.StepFinished(StageId id, _, _, _) && id.equals(StageId.base()))
        .map(e -> ((Event.StepFinished) e).step())
        .toList();
  }

  private List<Event> resumed(Path root) {
    List<Event> told = new ArrayList<>();
    try (RunDirectory run = ToyRun.resume(root, base)) {
      assertThat(ToyRun.play(run, base, new ToyStore(() -> {}), told::add, () -> false)).isTrue();
    }
    return told;
  }

  private static List<Event> evaluations(List<Event> events) {
    return events.stream().filter(Event.EvaluationFinished.class::isInstance).toList();
  }
}
