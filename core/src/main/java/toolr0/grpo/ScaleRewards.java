package toolr0.grpo;

/** What a reward's distance from its group's mean is divided by (TRL's {@code scale_rewards}). */
public enum ScaleRewards {
  /** The standard deviation of the group. */
  GROUP,
  /** The standard deviation of the whole step. */
  BATCH,
  /** Nothing. */
  NONE
}
