package toolr0.curriculum;

import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import toolr0.run.Event;
import toolr0.run.JsonLines;
import toolr0.run.RunDirectory;
import toolr0.run.RunListener;
import toolr0.run.StageId;
import toolr0.run.StageState;

/**
 * A stage that is done chunk by chunk, and can be interrupted and resumed after each: its files,
 * its events and how far it is.
 *
 * @param chunks of the whole stage
 * @param stopRequested asked before each chunk
 */
record ChunkedStage(
    RunDirectory run, StageId id, int chunks, RunListener listener, BooleanSupplier stopRequested) {

  /** Announces the stage. */
  void start(String what) {
    listener.on(new Event.StageStarted(id, chunks, done(), what));
  }

  /** The chunks that are done. */
  int done() {
    return run.progress(id).map(StageState::step).orElse(0);
  }

  /** Whether to stop before a chunk, counted from 0; tells so. */
  boolean interrupted(int chunk) {
    if (!stopRequested.getAsBoolean()) {
      return false;
    }
    listener.on(new Event.Interrupted(id, chunk, run.root()));
    return true;
  }

  /** A chunk, counted from 0, is done and kept: a resumed run goes on behind it. */
  void chunkDone(int chunk, SortedMap<String, Double> metrics) {
    listener.on(new Event.StepFinished(id, chunk + 1, chunks, metrics));
    run.commit(id, chunk + 1, false, Optional.empty(), new TreeMap<>());
  }

  /** The whole stage is done. */
  void finish(SortedMap<String, Double> metrics) {
    listener.on(new Event.StageFinished(id, metrics));
    run.commit(id, chunks, true, Optional.empty(), new TreeMap<>());
  }

  /** A file of the stage. */
  Path path(String name) {
    return path(id, name);
  }

  /** A file of the same stage of another iteration. */
  Path path(int iteration, String name) {
    return path(new StageId(iteration, id.stage()), name);
  }

  private Path path(StageId stage, String name) {
    return run.resolve(stage.folder() + "/" + name);
  }

  JsonLines log(String name) {
    return run.log(id.folder() + "/" + name);
  }

  /** Writes a file whole. */
  void write(String name, String content) {
    run.write(id.folder() + "/" + name, content);
  }
}
