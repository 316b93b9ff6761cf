package toolr0.curriculum;

import java.util.Optional;
import toolr0.base.Text;

/**
 * The difficulty in a judge's reply (method section 5.3): the first of the words easy, medium and
 * hard, in any case, with no letter, number or underscore next to it.
 *
 * @param fallback whether the reply holds none of them and the default stands in (method section
 *     9.1, number 8)
 */
public record DifficultyReply(Difficulty difficulty, boolean fallback) {

  /** The published reading, whose default is medium. */
  public static DifficultyReply read(String reply) {
    return read(reply, Difficulty.MEDIUM);
  }

  /** The reading of a reply with another default. */
  public static DifficultyReply read(String reply, Difficulty otherwise) {
    String lower = Text.lowerCase(reply);
    Optional<Difficulty> first = Optional.empty();
    int earliest = lower.length();
    for (Difficulty difficulty : Difficulty.values()) {
      int at = Text.indexOfWord(lower, difficulty.wireName());
      if (at >= 0 && at < earliest) {
        earliest = at;
        first = Optional.of(difficulty);
      }
    }
    return new DifficultyReply(first.orElse(otherwise), first.isEmpty());
  }
}
