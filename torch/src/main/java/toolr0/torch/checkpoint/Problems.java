package toolr0.torch.checkpoint;

import java.util.List;

/** What is wrong with a file, in one line for people. */
final class Problems {
  private static final int MOST = 8;

  private Problems() {}

  /** The first of them, and how many more there are. */
  static String summary(List<String> problems) {
    String shown = String.join("; ", problems.subList(0, Math.min(MOST, problems.size())));
    int more = problems.size() - MOST;
    return more > 0 ? shown + "; and " + more + " more" : shown;
  }
}
