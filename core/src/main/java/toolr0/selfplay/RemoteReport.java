package toolr0.selfplay;

import java.util.SortedMap;
import java.util.TreeMap;
import toolr0.run.Event;
import toolr0.run.RunListener;

/** Adds to every step what models behind endpoints were asked in it, and tells what they did. */
final class RemoteReport implements RunListener {
  private final RemoteModels models;
  private final RunListener next;

  RemoteReport(RemoteModels models, RunListener next) {
    this.models = models;
    this.next = next;
  }

  @Override
  public void on(Event event) {
    if (event instanceof Event.StepFinished step) {
      models.notes().forEach(note -> next.on(new Event.Noted(step.stage(), note)));
      SortedMap<String, Double> metrics = new TreeMap<>(step.metrics());
      metrics.putAll(models.readings());
      next.on(new Event.StepFinished(step.stage(), step.step(), step.steps(), metrics));
    } else {
      next.on(event);
    }
  }
}
