package toolr0.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import toolr0.selfplay.LineChart;
import toolr0.torch.policy.Pretrainer;
import toolr0.torch.system.Processor;

/**
 * What a pre-training did, for the model card that lies beside its weights: recipe, cost and loss
 * curve.
 */
final class PretrainingRecord {
  private static final int POINTS = 60;

  private final int steps;
  private final SortedMap<String, double[]> window = new TreeMap<>();
  private final SortedMap<String, List<LineChart.Point>> curves = new TreeMap<>();
  private long tokens;

  PretrainingRecord(int steps) {
    this.steps = steps;
  }

  void add(Pretrainer.Progress progress) {
    tokens = progress.tokens();
    progress
        .lossByKind()
        .forEach(
            (kind, loss) -> {
              double[] sum = window.computeIfAbsent(kind, k -> new double[2]);
              sum[0] += loss;
              sum[1]++;
            });
    if (progress.step() % Math.max(1, steps / POINTS) == 0 || progress.step() == steps) {
      window.forEach(
          (kind, sum) ->
              curves
                  .computeIfAbsent(kind, k -> new ArrayList<>())
                  .add(LineChart.Point.of(progress.step(), sum[0] / sum[1])));
      window.clear();
    }
  }

  /** Writes {@code README.md} and {@code loss.svg}. */
  void write(Path folder, PocketPretraining recipe, double seconds) throws IOException {
    LineChart chart = new LineChart("Loss on the answers, nats per token", "optimizer step");
    curves.forEach(chart::line);
    Files.writeString(folder.resolve("loss.svg"), chart.toSvg());
    Files.writeString(folder.resolve("README.md"), card(recipe, seconds));
  }

  private String card(PocketPretraining recipe, double seconds) {
    StringBuilder last = new StringBuilder();
    curves.forEach(
        (kind, points) ->
            last.append(String.format(Locale.ROOT, "| %s | %.3f |%n", kind, points.getLast().y())));
    return String.format(
        Locale.ROOT,
        """
        # pocket: the embedded base model

        A Qwen2-architecture model of %,d parameters with a byte-level vocabulary of %d tokens, made from nothing but
        seed %d by `./toolr0 pretrain`. It has seen the chats that the three roles hold, with the imperfections of real
        text, and it is weak at all of them: the starting point of a demonstration of the whole loop at small scale.

        ## Recipe

        - %d optimizer steps: Muon for the matrices of the layers, AdamW for the rest, learning rate %s with warm-up and
          cosine decay; loss on the answers alone, each of which counts as the square root of its length.
        - %d steps of %d repetitions of random tokens come first: they make the copying circuit appear.
        - Then %d lessons a step from the procedural corpus: repetitions, Solver, Generator and judge chats, short before
          long, clean before flawed. The rates of the flaws, which set the model's weakness, are those of
          `Imperfections.standard()`.

        ## Cost

        %,d tokens in %.1f minutes on %d cores of a processor that calls itself "%s".

        ## Loss

        ![loss](loss.svg)

        | answers of | last loss, nats per token |
        |---|---|
        %s""",
        recipe.parameters(),
        PocketPretraining.VOCABULARY,
        recipe.seed().value(),
        recipe.steps(),
        recipe.recipe().learningRate(),
        PocketPretraining.REPETITION_STEPS,
        PocketPretraining.REPETITIONS_PER_STEP,
        PocketPretraining.LESSONS_PER_STEP,
        tokens,
        seconds / 60,
        Processor.current().cores(),
        Processor.current().name(),
        last);
  }
}
