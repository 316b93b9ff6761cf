package toolr0.score;

import tools.jackson.databind.node.ObjectNode;

/** Scores the lines of one kind of file. */
public interface LineScorer {

  /**
   * The score of a line.
   *
   * @throws LineException when a field is missing or of the wrong kind
   */
  LineScore score(ObjectNode line);
}
