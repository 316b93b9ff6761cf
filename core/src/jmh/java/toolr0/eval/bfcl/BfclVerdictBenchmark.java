package toolr0.eval.bfcl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import toolr0.base.Json;
import toolr0.eval.Grader;
import toolr0.eval.bfcl.AstChecker.Dispatch;
import toolr0.tool.CallParser;
import toolr0.tool.CallWriter;
import toolr0.tool.ParsedCalls;

/**
 * BFCL verdicts a second on one core over a mixture of categories, each answered rightly and wrongly:
 * from the answer's text to its grades, and from its calls to the strict verdict alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class BfclVerdictBenchmark {
  private static final int CASES = 14;
  private static final String TRIP =
      """
      [{"name": "trip.plan", "description": "Plans a trip.", "parameters": {"type": "dict", "properties": {
        "from_city": {"type": "string"}, "to_city": {"type": "string"}, "days": {"type": "integer"},
        "budget": {"type": "float"}, "stops": {"type": "array", "items": {"type": "string"}},
        "options": {"type": "dict", "properties": {"class": {"type": "string"}, "seats": {"type": "integer"}}},
        "return_trip": {"type": "boolean", "default": true}}, "required": ["from_city", "to_city"]}},
       {"name": "weather.get", "description": "Tells the weather.", "parameters": {"type": "dict", "properties": {
        "city": {"type": "string"}, "unit": {"type": "string", "enum": ["C", "F"]}}, "required": ["city"]}}]""";
  private static final String TRIP_ANSWER =
      """
      {"trip.plan": {"from_city": ["Oslo", "Oslo, Norway"], "to_city": ["Rome", "Rome, Italy"], "days": [5],
        "budget": [1200, 1200.5, ""], "stops": [["Berlin", "Vienna"], ["Vienna", "Berlin"], ""],
        "options": [{"class": ["first", "1st"], "seats": [2, ""]}, ""], "return_trip": ["", true]}}""";
  private static final String WEATHER_ANSWER = "{\"weather.get\": {\"city\": [\"Rome\", \"Roma\"], \"unit\": [\"\", \"C\"]}}";
  private static final String JAVA =
      """
      [{"name": "Store.load", "description": "Loads.", "parameters": {"type": "dict", "properties": {
        "names": {"type": "ArrayList", "items": {"type": "String"}}, "limit": {"type": "long"},
        "params": {"type": "HashMap"}, "deep": {"type": "boolean"}}, "required": ["names"]}}]""";
  private static final String JAVA_ANSWER =
      """
      {"Store.load": {"names": [["ada", "bob"]], "limit": [50], "params": [{"schema": ["public"], "size": [3]}], "deep": [true]}}""";
  private static final String SCRIPT =
      """
      [{"name": "chart.draw", "description": "Draws.", "parameters": {"type": "dict", "properties": {
        "points": {"type": "array", "items": {"type": "array"}}, "style": {"type": "dict"}, "title": {"type": "String"},
        "scale": {"type": "float"}}, "required": ["points"]}}]""";
  private static final String SCRIPT_ANSWER =
      """
      {"chart.draw": {"points": [[[1, 2], [3, 4]]], "style": [{"colour": ["red"], "width": [2]}], "title": ["Sales"], "scale": [1.5]}}""";

  private record Case(Grader grader, AstChecker checker, String answer, ParsedCalls.Calls calls) {}

  private final List<Case> cases = cases();

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    add(cases, Dispatch.SIMPLE, SourceLanguage.PYTHON, TRIP, "[" + TRIP_ANSWER + "]");
    add(cases, Dispatch.SIMPLE, SourceLanguage.JAVA, JAVA, "[" + JAVA_ANSWER + "]");
    add(cases, Dispatch.SIMPLE, SourceLanguage.JAVASCRIPT, SCRIPT, "[" + SCRIPT_ANSWER + "]");
    add(cases, Dispatch.MULTIPLE, SourceLanguage.PYTHON, TRIP, "[" + TRIP_ANSWER + "]");
    add(cases, Dispatch.MULTIPLE, SourceLanguage.PYTHON, TRIP, "[" + WEATHER_ANSWER + "]");
    add(
        cases,
        Dispatch.PARALLEL,
        SourceLanguage.PYTHON,
        TRIP,
        "[" + TRIP_ANSWER + "," + WEATHER_ANSWER + "]");
    add(
        cases,
        Dispatch.PARALLEL,
        SourceLanguage.PYTHON,
        TRIP,
        "[" + WEATHER_ANSWER + "," + TRIP_ANSWER + "," + WEATHER_ANSWER + "]");
    if (cases.size() != CASES) {
      throw new IllegalStateException(cases.size() + " cases");
    }
    return cases;
  }

  /** Adds a record twice: with a right answer, and with one whose last value is wrong. */
  private static void add(
      List<Case> cases,
      Dispatch dispatch,
      SourceLanguage language,
      String functions,
      String answers) {
    try {
      OfferedFunctions offered = OfferedFunctions.read(Json.parse(functions), language);
      AstChecker checker =
          new AstChecker(
              dispatch, language, offered.docs(), PossibleAnswer.read(Json.parse(answers)));
      GoldCalls gold = GoldCalls.of(checker);
      String right = CallWriter.write(gold.calls());
      String wrong =
          right.replace("Rome", "Bern").replace("true", "false").replace("1.5", "1.25");
      for (String answer : List.of(right, wrong)) {
        Grader grader =
            new BfclGrader(
                BfclCategory.Rule.AST,
                Optional.of(new EquivalentCheck(checker, offered.tools())));
        ParsedCalls.Calls calls = (ParsedCalls.Calls) CallParser.parse(answer);
        if (grader.grade(calls).strict() != answer.equals(right)) {
          throw new IllegalStateException(answer);
        }
        cases.add(new Case(grader, checker, answer, calls));
      }
    } catch (MalformedRecord e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads the answer and grades it in both modes. */
  @Benchmark
  @OperationsPerInvocation(CASES)
  public void grades(Blackhole out) {
    for (Case each : cases) {
      out.consume(each.grader().grade(CallParser.parse(each.answer())));
    }
  }

  /** The checker alone. */
  @Benchmark
  @OperationsPerInvocation(CASES)
  public void strictVerdicts(Blackhole out) {
    for (Case each : cases) {
      out.consume(each.checker().check(each.calls().calls()));
    }
  }
}
