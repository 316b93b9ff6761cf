package toolr0.run;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Something that happened in a run; consoles and files consume the same events. */
public sealed interface Event {

  /** The run is about to start. */
  record RunPlanned(String run, Plan plan) implements Event {}

  /**
   * The run goes on after an interruption: {@code stage} has {@code step} of its steps behind it.
   *
   * @param complete whether nothing is left to do
   * @param results the evaluations that are finished, in order
   */
  record RunResumed(
      String run,
      StageId stage,
      int step,
      boolean complete,
      List<EvaluationFinished> results,
      Plan plan)
      implements Event {
    public RunResumed {
      results = List.copyOf(results);
    }
  }

  /**
   * A stage begins, or goes on after a resume.
   *
   * @param steps how many steps it will have (chunks for the dataset, batches for an evaluation)
   * @param done how many of them are done already
   * @param what one line for people
   */
  record StageStarted(StageId stage, int steps, int done, String what) implements Event {}

  /**
   * A step is done.
   *
   * @param step from 1
   * @param metrics by name, TRL's names where TRL has the metric
   */
  record StepFinished(StageId stage, int step, int steps, SortedMap<String, Double> metrics)
      implements Event {
    public StepFinished {
      metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    }
  }

  /**
   * One example, so that people see what the model says.
   *
   * @param prompt what it was asked, without the system text
   * @param answer what it said
   * @param expected the gold answer, empty when there is none
   * @param reward what the answer earned
   */
  record SampleShown(
      StageId stage, int step, String prompt, String answer, String expected, double reward)
      implements Event {}

  /** Something that people should know of a stage, in a sentence. */
  record Noted(StageId stage, String text) implements Event {}

  /** A stage is complete. */
  record StageFinished(StageId stage, SortedMap<String, Double> summary) implements Event {
    public StageFinished {
      summary = Collections.unmodifiableSortedMap(new TreeMap<>(summary));
    }
  }

  /**
   * A benchmark's figures are known.
   *
   * @param categories exact match per category
   * @param more further figures, for example the parse rate
   */
  record EvaluationFinished(
      StageId stage,
      String benchmark,
      Accuracy overall,
      SortedMap<String, Accuracy> categories,
      SortedMap<String, Double> more)
      implements Event {
    public EvaluationFinished {
      categories = Collections.unmodifiableSortedMap(new TreeMap<>(categories));
      more = Collections.unmodifiableSortedMap(new TreeMap<>(more));
    }
  }

  /** The run is complete and its report written. */
  record RunFinished(Path directory, Path report, SortedMap<String, Double> summary)
      implements Event {
    public RunFinished {
      summary = Collections.unmodifiableSortedMap(new TreeMap<>(summary));
    }
  }

  /**
   * The run stopped because it was asked to; {@code evolve --resume directory} goes on from there.
   */
  record Interrupted(StageId stage, int step, Path directory) implements Event {}
}
