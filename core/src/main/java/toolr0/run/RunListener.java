package toolr0.run;

import java.util.List;

/** Consumes a run's events, in order and on the run's own thread. */
@FunctionalInterface
public interface RunListener {
  void on(Event event);

  /** A listener that hands every event to all of these, in their order. */
  static RunListener all(List<RunListener> listeners) {
    List<RunListener> copy = List.copyOf(listeners);
    return event -> copy.forEach(listener -> listener.on(event));
  }
}
