package toolr0.curriculum;

/** The order of a dataset's tasks (method section 9.1, number 9). */
public enum TaskOrder {
  /** By falling share of right answers. */
  EASY_TO_HARD,
  /** Domain by domain, inside a domain easy, medium, hard, as published (method section 5.3). */
  BY_DOMAIN
}
