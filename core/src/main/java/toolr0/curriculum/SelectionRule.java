package toolr0.curriculum;

/** How many tasks of each domain and difficulty are chosen. */
public enum SelectionRule {
  /** By the domains' weights, the mix of difficulties kept over all domains together. */
  BALANCED,
  /** By the published quotas, the mix kept inside each domain (method section 5.3). */
  QUOTAS
}
