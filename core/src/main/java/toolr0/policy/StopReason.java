package toolr0.policy;

/** Why a completion ended. */
public enum StopReason {
  /** The model ended its turn; the end token is the completion's last id. */
  END_OF_TURN,
  /** One of the stop strings appeared; the text ends with it. */
  STOP_STRING,
  /** The length limit was reached: the completion is truncated. */
  LENGTH
}
