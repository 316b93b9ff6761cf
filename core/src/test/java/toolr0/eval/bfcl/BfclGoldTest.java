package toolr0.eval.bfcl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.Grades;
import toolr0.tool.CallParser;
import toolr0.tool.CallWriter;

/** The published records: gold answers fed back as model outputs. */
class BfclGoldTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("toolr0.benchmarks", "../shared/benchmarks"), "bfcl");

  /** The most of the AST records whose own answers the checker may reject. */
  private static final double MARKED_SHARE = 0.01;

  @Test
  void goldIsRightInEveryRecordThatCanBeAnswered() {
    if (!Files.isDirectory(FOLDER)) {
      System.out.println("benchmark bfcl: no files at " + FOLDER + ", nothing checked");
      return;
    }
    Benchmark benchmark = new BfclReader().read(FOLDER);
    SortedMap<String, int[]> counts = new TreeMap<>();
    List<String> wrong = new ArrayList<>();
    for (BenchmarkTask task : benchmark.tasks()) {
      int[] count = counts.computeIfAbsent(task.category(), c -> new int[3]);
      count[0]++;
      Grades grades = task.grader().grade(CallParser.parse(CallWriter.write(task.task().gold())));
      count[1] += grades.strict() ? 1 : 0;
      if (task.unanswerable().isPresent()) {
        count[2]++;
        System.out.println("unanswerable " + task.id() + ": " + task.unanswerable().get());
        assertThat(grades.strict()).as(task.id()).isFalse();
      } else if (!grades.strict() || !grades.equivalent()) {
        wrong.add(task.id() + ": " + grades.error());
      }
    }
    counts.forEach(
        (category, count) ->
            System.out.printf(
                "gold bfcl %-24s records %5d right %5d unanswerable %3d%n",
                category, count[0], count[1], count[2]));
    System.out.println("unreadable records: " + benchmark.unreadable());
    int ast =
        counts.values().stream().mapToInt(count -> count[0]).sum()
            - notAst(counts, "irrelevance", "live_irrelevance", "live_relevance");
    int marked = counts.values().stream().mapToInt(count -> count[2]).sum();
    System.out.printf("gold bfcl: %d of %d AST records marked%n", marked, ast);
    assertThat((double) marked / ast).isLessThanOrEqualTo(MARKED_SHARE);
    assertThat(wrong).isEmpty();
    assertThat(benchmark.tasks().stream().map(BenchmarkTask::id)).doesNotHaveDuplicates();
  }

  private static int notAst(SortedMap<String, int[]> counts, String... categories) {
    int records = 0;
    for (String category : categories) {
      records += counts.getOrDefault(category, new int[1])[0];
    }
    return records;
  }
}
