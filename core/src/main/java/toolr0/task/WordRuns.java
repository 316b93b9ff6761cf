package toolr0.task;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The runs of consecutive words of a text, as a suffix automaton (Blumer et al. 1985). Whether
 * words stand in the text one after the other is found in time linear in their number, however
 * often the text repeats itself.
 */
final class WordRuns {

  /** The runs that end at the same places of the text. */
  private static final class State {
    final int longest;
    final Map<String, State> next;

    /** The runs that are shorter and end at more places. */
    @Nullable State shorter;

    State(int longest, Map<String, State> next, @Nullable State shorter) {
      this.longest = longest;
      this.next = next;
      this.shorter = shorter;
    }
  }

  private final State start = new State(0, new HashMap<>(), null);

  WordRuns(List<String> words) {
    State last = start;
    for (String word : words) {
      last = append(last, word);
    }
  }

  /** Whether the words stand in the text, in this order and without others between them. */
  boolean contains(List<String> words) {
    State at = start;
    for (String word : words) {
      State next = at.next.get(word);
      if (next == null) {
        return false;
      }
      at = next;
    }
    return true;
  }

  private State append(State last, String word) {
    State added = new State(last.longest + 1, new HashMap<>(2), start);
    State at = last;
    while (at != null && at.next.putIfAbsent(word, added) == null) {
      at = at.shorter;
    }
    if (at != null) {
      added.shorter = endingIn(at, word);
    }
    return added;
  }

  /** The state of a state's runs with a word behind them, without any longer runs. */
  private static State endingIn(State state, String word) {
    State met = Objects.requireNonNull(state.next.get(word));
    if (met.longest == state.longest + 1) {
      return met;
    }
    State split = new State(state.longest + 1, new HashMap<>(met.next), met.shorter);
    met.shorter = split;
    for (State at = state; at != null && at.next.get(word) == met; at = at.shorter) {
      at.next.put(word, split);
    }
    return split;
  }
}
