package toolr0.selfplay;

import java.util.SortedMap;
import java.util.TreeMap;
import toolr0.run.Event;
import toolr0.run.RunListener;
import toolr0.run.StageId;

/**
 * Adds to every step what models behind endpoints were asked in it, and tells with every event of a
 * stage what they did.
 */
final class RemoteReport implements RunListener {
  private final RemoteModels models;
  private final RunListener next;

  RemoteReport(RemoteModels models, RunListener next) {
    this.models = models;
    this.next = next;
  }

  @Override
  public void on(Event event) {
    switch (event) {
      case Event.StageStarted started -> {
        next.on(started);
        tellNotes(started.stage());
      }
      case Event.StepFinished step -> {
        tellNotes(step.stage());
        SortedMap<String, Double> metrics = new TreeMap<>(step.metrics());
        metrics.putAll(models.readings());
        next.on(new Event.StepFinished(step.stage(), step.step(), step.steps(), metrics));
      }
      case Event.Interrupted interrupted -> {
        tellNotes(interrupted.stage());
        next.on(interrupted);
      }
      default -> next.on(event);
    }
  }

  /** Tells what the models did since it was told last, as in a stage that ends by a failure. */
  void tellNotes(StageId stage) {
    models.notes().forEach(note -> next.on(new Event.Noted(stage, note)));
  }
}
