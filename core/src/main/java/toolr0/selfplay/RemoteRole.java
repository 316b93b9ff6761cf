package toolr0.selfplay;

import java.util.Locale;

/** What a model behind endpoints can be asked in place of the run's own checkpoints. */
public enum RemoteRole {
  /** To answer the Generator's tasks while it is trained: the frozen Solver's part. */
  PROBE,
  /** To grade those tasks, and to judge the difficulty of a dataset's: the frozen Solver's part. */
  JUDGE,
  /** To answer the candidates of a dataset: the frozen Solver's part. */
  VERIFICATION,
  /** To write the candidates of a dataset: the trained Generator's part. */
  CANDIDATES;

  /** The role's name in configuration, metrics and messages. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
