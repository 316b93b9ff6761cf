package toolr0.track;

import toolr0.run.Plan;
import toolr0.run.Plan.StagePlan;

/** A run's plan as a table. */
public final class PlanText {
  private PlanText() {}

  /** What the run will do and how long it will take, one line per stage and the totals. */
  public static String of(Plan plan) {
    StringBuilder text = new StringBuilder();
    int own = plan.ownKeys().size();
    text.append(
        Words.format(
            "  Preset %s%s%n",
            plan.preset(),
            own == 0
                ? "."
                : own == 1 ? "; 1 key differs from it." : "; " + own + " keys differ from it."));
    text.append(
        Words.format(
            "  %-18s %6s %22s %15s %15s %12s%n",
            "stage", "steps", "prompts x completions", "tokens sampled", "tokens trained", "time"));
    for (StagePlan stage : plan.stages()) {
      text.append(
          Words.format(
              "  %-18s %6d %22s %15s %15s %12s%n",
              Words.stage(stage.id()),
              stage.steps(),
              stage.promptsPerStep() + " x " + stage.completionsPerPrompt(),
              Words.count(stage.sampledTokens()),
              stage.trainedTokens() == 0 ? "-" : Words.count(stage.trainedTokens()),
              Words.time(stage.seconds())));
    }
    long trained = plan.stages().stream().mapToLong(StagePlan::trainedTokens).sum();
    text.append(
        Words.format(
            "  In all at most %s tokens sampled and %s trained: about %s.%n",
            Words.count(plan.sampledTokens()), Words.count(trained), Words.time(plan.seconds())));
    text.append(
        Words.format(
            "  Model of %s parameters; a checkpoint takes %s, the run up to %s of disk and about %s of"
                + " memory.",
            Words.count(plan.parameters()),
            Words.bytes(plan.checkpointBytes()),
            Words.bytes(plan.diskBytes()),
            Words.bytes(plan.memoryBytes())));
    if (plan.deviceMemoryBytes() > 0) {
      text.append(
          Words.format(
              "%n  The models lie on a device and take about %s of its memory. Times are those of two"
                  + " processor cores.",
              Words.bytes(plan.deviceMemoryBytes())));
    }
    return text.toString();
  }
}
