package toolr0.curriculum;

/**
 * The published numbers of easy, medium and hard tasks among those of a domain (method section
 * 5.3).
 */
record DifficultyTargets(int easy, int medium, int hard) {
  private static final double EASY = 0.2;
  private static final double MEDIUM = 0.5;
  private static final double HARD = 0.3;

  /**
   * The targets: easy and medium are their shares rounded half to even, hard is the rest; medium
   * gives way where nothing would be left for it.
   *
   * @param tasks of the domain, at least 0
   * @param easy weight of easy tasks, at least 0; the three need not add up to 1, and the published
   *     mix stands for three zeros
   */
  static DifficultyTargets of(int tasks, double easy, double medium, double hard) {
    double sum = easy + medium + hard;
    if (sum <= 0) {
      return of(tasks, EASY, MEDIUM, HARD);
    }
    int easyTasks = (int) Math.rint(easy / sum * tasks);
    int mediumTasks = Math.min(tasks - easyTasks, (int) Math.rint(medium / sum * tasks));
    return new DifficultyTargets(easyTasks, mediumTasks, tasks - easyTasks - mediumTasks);
  }

  int of(Difficulty difficulty) {
    return switch (difficulty) {
      case EASY -> easy;
      case MEDIUM -> medium;
      case HARD -> hard;
    };
  }
}
