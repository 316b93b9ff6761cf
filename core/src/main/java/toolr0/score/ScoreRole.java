package toolr0.score;

import java.util.Locale;
import toolr0.selfplay.SelfPlayConfig;

/** What the lines of a file hold. */
public enum ScoreRole {
  /** Completions of a Solver with the gold calls. */
  SOLVER,
  /** Completions of a Generator, to be rewarded. */
  GENERATOR,
  /** Completions of a Generator, to become tasks of a dataset or not. */
  CANDIDATE,
  /** Answers of a Solver by which a task is kept or not. */
  VERIFY;

  /** The spelling on the command line. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The scorer of such lines. */
  public LineScorer scorer(SelfPlayConfig config) {
    return switch (this) {
      case SOLVER -> new SolverLines(config.reward().solver());
      case GENERATOR -> new GeneratorLines(config);
      case CANDIDATE -> new CandidateLines(config);
      case VERIFY -> new VerifyLines(config);
    };
  }
}
