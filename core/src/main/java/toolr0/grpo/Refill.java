package toolr0.grpo;

import java.util.List;

/**
 * A replacement of a step's groups without signal by freshly drawn ones (dynamic sampling, DAPO
 * section 3.2).
 *
 * @param step from 0
 * @param round from 1; groups that still have no signal are replaced again in the next round
 * @param places which of the step's prompts are replaced, from 0, ascending
 */
public record Refill(int step, int round, List<Integer> places) {
  public Refill {
    places = List.copyOf(places);
  }
}
