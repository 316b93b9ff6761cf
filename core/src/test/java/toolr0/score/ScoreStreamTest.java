package toolr0.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.base.Json;
import toolr0.run.JsonLines;
import toolr0.selfplay.PlayedRun;
import toolr0.selfplay.Preset;
import tools.jackson.databind.node.ObjectNode;

class ScoreStreamTest {
  private static final LineScorer SOLVER = ScoreRole.SOLVER.scorer(Preset.DEFAULT.config("m"));
  private static final String GOOD =
      "{\"id\": 7, \"completion\": \"<tool_call_answer>[]</tool_call_answer>\", \"gold\": []}";

  @TempDir private Path folder;
  private final List<String> bad = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private ScoreSummary run(String text) throws IOException {
    return run(text.getBytes(StandardCharsets.UTF_8));
  }

  private ScoreSummary run(byte[] bytes) throws IOException {
    return ScoreStream.run(SOLVER, new ByteArrayInputStream(bytes), "in.jsonl", out, bad::add);
  }

  private List<ObjectNode> written() {
    return out.toString(StandardCharsets.UTF_8).lines().map(Json::parseObject).toList();
  }

  @Test
  void badLinesAreToldAndCountedAndTheOthersWritten() throws IOException {
    ScoreSummary summary =
        run(GOOD + "\nnot json\n\n[1]\n{\"completion\": 3}\n  " + GOOD + "\r\n{\"completion\"");
    assertThat(summary.scored()).isEqualTo(2);
    assertThat(summary.bad()).isEqualTo(4);
    assertThat(written()).extracting(l -> l.required("line").asInt()).containsExactly(1, 6);
    assertThat(written().getFirst().required("id").asInt()).isEqualTo(7);
    assertThat(written().getFirst().required("reward").asDouble()).isEqualTo(2);
    assertThat(bad).hasSize(4);
    assertThat(bad.get(0)).startsWith("in.jsonl:2: expected a JSON object: ");
    assertThat(bad.get(1)).isEqualTo("in.jsonl:4: expected a JSON object, found a list");
    assertThat(bad.get(2)).isEqualTo("in.jsonl:5: completion: expected a text, found 3");
    assertThat(bad.get(3)).startsWith("in.jsonl:7: expected a JSON object: ");
  }

  @Test
  void whatIsNoTextOrNestedTooDeepIsABadLine() throws IOException {
    byte[] good = ("\n" + GOOD + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[good.length + 2];
    bytes[0] = (byte) 0xc3;
    bytes[1] = (byte) 0x28;
    System.arraycopy(good, 0, bytes, 2, good.length);
    assertThat(run(bytes).scored()).isEqualTo(1);
    assertThat(bad).containsExactly("in.jsonl:1: the line is not UTF-8 text");
    assertThat(run("[".repeat(100_000) + "\n" + GOOD).bad()).isEqualTo(1);
    assertThat(bad.getLast()).contains("in.jsonl:1: expected a JSON object: ");
  }

  @Test
  void aLineMayBeLongAndOneThatIsTooLongIsPassedOver() throws IOException {
    String filler = "x".repeat(10 << 20);
    assertThat(run(GOOD.replace("<tool", filler + "<tool") + "\n" + GOOD).scored()).isEqualTo(2);
    byte[] tooLong = new byte[LineStream.MAX_BYTES + 5];
    Arrays.fill(tooLong, (byte) 'x');
    tooLong[LineStream.MAX_BYTES + 2] = '\n';
    ScoreSummary summary = run(tooLong);
    assertThat(summary.bad()).isEqualTo(2);
    assertThat(bad.getFirst())
        .isEqualTo("in.jsonl:1: the line has 67108866 bytes; expected at most 67108864");
  }

  /** A stream of many lines that are never all in memory. */
  private static final class Endless extends InputStream {
    private final byte[] line = (GOOD + "\n").getBytes(StandardCharsets.UTF_8);
    private final long lines;
    private long at;

    Endless(long lines) {
      this.lines = lines;
    }

    @Override
    public int read() {
      return at == lines * line.length ? -1 : line[(int) (at++ % line.length)];
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      int n = 0;
      for (int b = read(); b >= 0; b = read()) {
        target[offset + n] = (byte) b;
        n++;
        if (n == length) {
          return n;
        }
      }
      return n == 0 ? -1 : n;
    }
  }

  @Test
  void aStreamIsNotHeldInMemory() throws IOException {
    long lines = 200_000;
    long before = used();
    ScoreSummary summary =
        ScoreStream.run(
            SOLVER, new Endless(lines), "in", OutputStream.nullOutputStream(), bad::add);
    assertThat(summary.scored()).isEqualTo(lines);
    assertThat(used() - before).isLessThan(8L << 20);
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void theSummaryCountsReasonsByLines() throws IOException {
    ScoreSummary summary = run(GOOD + "\n" + GOOD + "\n" + GOOD.replace("[]<", "<"));
    assertThat(summary.meanReward()).hasValue(4.0 / 3);
    assertThat(summary.lowestReward()).isZero();
    assertThat(summary.highestReward()).isEqualTo(2);
    assertThat(summary.reasons())
        .containsExactly(
            new ScoreSummary.Count("accuracy: right", 2),
            new ScoreSummary.Count("format: no_answer_block", 1));
    assertThat(summary.means().getFirst()).isEqualTo(new ScoreSummary.Mean("format", 2.0 / 3, 3));
  }

  @Test
  void aRunsOwnCompletionsEarnWhatTheyEarnedInTraining() throws IOException {
    Path run = PlayedRun.in(folder);
    for (int iteration : new int[] {1, 2}) {
      for (ScoreRole role : List.of(ScoreRole.SOLVER, ScoreRole.GENERATOR)) {
        Path file =
            run.resolve("completions/iteration-" + iteration + "-" + role.wireName() + ".jsonl");
        List<ObjectNode> trained = JsonLines.read(file);
        out.reset();
        try (InputStream in = Files.newInputStream(file)) {
          ScoreStream.run(
              role.scorer(Preset.DEFAULT.config("m")), in, file.toString(), out, bad::add);
        }
        assertThat(bad).isEmpty();
        List<ObjectNode> scored = written();
        assertThat(scored).hasSameSizeAs(trained);
        IntStream.range(0, scored.size())
            .forEach(
                i ->
                    assertThat(scored.get(i).required("reward"))
                        .as(trained.get(i).toString())
                        .isEqualTo(trained.get(i).required("reward")));
      }
    }
  }
}
