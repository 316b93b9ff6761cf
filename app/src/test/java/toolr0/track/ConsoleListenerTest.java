package toolr0.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import toolr0.run.Accuracy;
import toolr0.run.Event;
import toolr0.run.Plan;
import toolr0.run.Stage;
import toolr0.run.StageId;

final class ConsoleListenerTest {
  private static final StageId SOLVER = new StageId(1, Stage.SOLVER);
  private static final String LINE = System.lineSeparator();
  private static final long SECOND = 1_000_000_000L;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong now = new AtomicLong();

  private ConsoleListener console(boolean live) {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new ConsoleListener(new Terminal(out, live, 120), now::get);
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static Event.StepFinished step(int step) {
    return new Event.StepFinished(
        SOLVER,
        step,
        4,
        new TreeMap<>(
            Map.of("reward", 1.25, "success_rate", 0.5, "perf/sampled_tokens_per_second", 3210.4)));
  }

  @Test
  void aTerminalGetsOneLineThatChanges() {
    ConsoleListener console = console(true);
    console.on(new Event.StageStarted(SOLVER, 4, 0, "learns"));
    now.addAndGet(2 * SECOND);
    console.on(step(1));
    now.addAndGet(2 * SECOND);
    console.on(step(2));
    assertThat(text())
        .contains("\r\033[K1C solver")
        .contains("2/4", "reward 1.25", "success 50%", "3,210 tokens/s", "4 s left");
    assertThat(text().split("\n", -1)).hasSize(2);
  }

  @Test
  void anythingElseGetsPlainLinesAndNotTooMany() {
    ConsoleListener console = console(false);
    console.on(new Event.StageStarted(SOLVER, 4, 0, "learns"));
    for (int i = 1; i <= 4; i++) {
      now.addAndGet(SECOND);
      console.on(step(i));
    }
    assertThat(text()).doesNotContain("\r").doesNotContain("\033");
    assertThat(text().lines().filter(l -> l.contains("reward")))
        .hasSize(1)
        .first()
        .asString()
        .contains("4/4");
  }

  @Test
  void thePlanComesFirst() {
    Plan plan =
        new Plan(
            "paper",
            List.of("solver.max_steps"),
            List.of(new Plan.StagePlan(SOLVER, 40, 8, 8, 409_600, 327_680, 130)),
            2_000_000,
            24_000_000,
            200_000_000,
            700_000_000,
            0,
            130);
    console(false).on(new Event.RunPlanned("first", plan));
    assertThat(text())
        .contains(
            "Run first",
            "Preset paper; 1 key differs from it.",
            "1C solver",
            "8 x 8",
            "409.6 k",
            "2 min 10 s",
            "2.00 M parameters",
            "24 MB",
            "700 MB",
            "Ctrl-C");
  }

  @Test
  void theTableHasAColumnPerEvaluationAndTheGain() {
    ConsoleListener console = console(false);
    console.on(evaluation(StageId.base(), 20));
    console.on(evaluation(new StageId(1, Stage.EVALUATION), 50));
    console.on(
        new Event.RunFinished(Path.of("runs/x"), Path.of("runs/x/report.md"), new TreeMap<>()));
    assertThat(text())
        .contains(
            "base",
            "iteration 1",
            "no tool",
            "exact match 20.0%, 90% interval 10.0% to 30.0%",
            "20.0% [10.0, 30.0]",
            "50.0% [40.0, 60.0]",
            "relative gain: +150.0% (20.0% -> 50.0%; brackets: 90% interval)")
        .endsWith("Report: runs/x/report.md" + System.lineSeparator());
  }

  @Test
  void aResumedRunEndsWithTheTableOfAnUninterruptedOne() {
    Plan plan = new Plan("paper", List.of(), List.of(), 1, 1, 1, 1, 0, 1);
    Event.EvaluationFinished base = evaluation(StageId.base(), 20);
    Event.EvaluationFinished first = evaluation(new StageId(1, Stage.EVALUATION), 50);
    Event end =
        new Event.RunFinished(Path.of("runs/x"), Path.of("runs/x/report.md"), new TreeMap<>());
    ConsoleListener whole = console(false);
    List.of(base, first, end).forEach(whole::on);
    String table = text().substring(text().indexOf("  exact match     "));
    bytes.reset();
    ConsoleListener resumed = console(false);
    resumed.on(new Event.RunResumed("x", SOLVER, 3, false, List.of(base), plan));
    assertThat(text()).isEqualTo("Run x goes on: 1C solver, after step 3." + LINE);
    List.of(first, end).forEach(resumed::on);
    assertThat(text()).endsWith(table);
    bytes.reset();
    ConsoleListener finished = console(false);
    finished.on(new Event.RunResumed("x", first.stage(), 7, true, List.of(base, first), plan));
    finished.on(end);
    assertThat(text())
        .startsWith("Run x is finished; nothing is left to do." + LINE)
        .endsWith(table);
  }

  @Test
  void anInterruptedRunSaysHowToGoOn() {
    console(true).on(new Event.Interrupted(SOLVER, 3, Path.of("runs/x")));
    assertThat(text()).contains("1C solver after step 3", "./toolr0 evolve --resume runs/x");
  }

  private static Event.EvaluationFinished evaluation(StageId stage, int percent) {
    Accuracy accuracy =
        new Accuracy(
            percent, 100, percent / 100.0, (percent - 10) / 100.0, (percent + 10) / 100.0, 0.9);
    return new Event.EvaluationFinished(
        stage, "pocket", accuracy, new TreeMap<>(Map.of("no_tool", accuracy)), new TreeMap<>());
  }
}
