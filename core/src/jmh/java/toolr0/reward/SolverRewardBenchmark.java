package toolr0.reward;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import toolr0.task.ParsedTask;
import toolr0.task.Task;
import toolr0.task.TaskParser;
import toolr0.task.TaskParserConfig;
import toolr0.tool.CallWriter;
import toolr0.tool.ToolCall;

/** Solver rewards a second on one core, from the completion's text to the total. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class SolverRewardBenchmark {
  private static final String TASK =
      """
      <question>Please send 40 boxes to Oslo on 2026-03-01, then book the truck of driver Ada Lund at 10:30.</question>
      <available_tools>[{"name":"send_box","description":"Sends boxes","parameters":{"city":{"type":"string"},\
      "count":{"type":"integer"},"date":{"type":"string"}},"required":["city","count"]},\
      {"name":"book_truck","description":"Books a truck","parameters":{"driver":{"type":"string"},"time":{"type":"string"}},\
      "required":["driver"]},{"name":"cancel_box","description":"Cancels boxes","parameters":{"city":{"type":"string"}}}]</available_tools>
      <tool_call_answer>[{"name":"send_box","arguments":{"city":"Oslo","count":40,"date":"2026-03-01"}},\
      {"name":"book_truck","arguments":{"driver":"Ada Lund","time":"10:30"}}]</tool_call_answer>""";

  /** How the answer stands to gold. */
  @Param({"right", "swapped", "wrong_values", "broken"})
  public String answer = "";

  private final SolverReward reward = new SolverReward(SolverRewardConfig.standard());
  private final Task task = task();

  private static Task task() {
    if (new TaskParser(TaskParserConfig.standard()).parse(TASK)
        instanceof ParsedTask.Parsed parsed) {
      return parsed.task();
    }
    throw new IllegalStateException("the benchmark's task does not parse");
  }

  private String completion() {
    List<ToolCall> gold = task.gold();
    String calls =
        switch (answer) {
          case "right" -> CallWriter.write(gold);
          case "swapped" -> CallWriter.write(gold.reversed());
          case "wrong_values" -> CallWriter.write(gold).replace("40", "41").replace("Ada", "Eva");
          default -> CallWriter.write(gold).substring(1);
        };
    return "<think>send boxes, book truck</think> <tool_call_answer>"
        + calls
        + "</tool_call_answer>";
  }

  private String text = "";

  /** Writes the answer once. */
  @org.openjdk.jmh.annotations.Setup
  public void write() {
    text = completion();
  }

  @Benchmark
  public SolverScore score() {
    return reward.score(text, task);
  }
}
