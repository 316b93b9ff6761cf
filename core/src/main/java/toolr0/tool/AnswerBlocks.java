package toolr0.tool;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import toolr0.base.Text;

/**
 * The tagged blocks of a completion, the same for every role. Of several closed blocks with one tag
 * the last counts unless the first is asked for; an unclosed block is none. Content is stripped of
 * white space at its ends.
 */
public final class AnswerBlocks {

  /** A tag that completions use. */
  public enum Tag {
    THINK("think"),
    QUESTION("question"),
    AVAILABLE_TOOLS("available_tools"),
    TOOL_CALL_ANSWER("tool_call_answer");

    private final String word;

    Tag(String word) {
      this.word = word;
    }

    /** The opening tag, for example {@code <think>}. */
    public String open() {
      return "<" + word + ">";
    }

    /** The closing tag, for example {@code </think>}. */
    public String close() {
      return "</" + word + ">";
    }

    /** The text between its tags. */
    public String wrap(String content) {
      return open() + content + close();
    }
  }

  /** Whether the case of a tag's letters counts. */
  public enum TagCase {
    EXACT,
    IGNORED
  }

  /** Which of several closed blocks with one tag counts. */
  public enum Occurrence {
    FIRST,
    LAST
  }

  private final Map<Tag, String> contents;

  private AnswerBlocks(Map<Tag, String> contents) {
    this.contents = contents;
  }

  /** The blocks of a completion; tags are matched without regard to case. */
  public static AnswerBlocks of(String completion) {
    return of(completion, TagCase.IGNORED);
  }

  /** The blocks of a completion. */
  public static AnswerBlocks of(String completion, TagCase tagCase) {
    return of(completion, tagCase, Occurrence.LAST);
  }

  /** The blocks of a completion. */
  public static AnswerBlocks of(String completion, TagCase tagCase, Occurrence occurrence) {
    String searched = tagCase == TagCase.IGNORED ? asciiLowerCase(completion) : completion;
    Map<Tag, String> contents = new EnumMap<>(Tag.class);
    for (Tag tag : Tag.values()) {
      block(completion, searched, tag, occurrence).ifPresent(content -> contents.put(tag, content));
    }
    return new AnswerBlocks(contents);
  }

  /**
   * The content of the last closed block, which may be empty text; no value when there is no such
   * block.
   */
  public Optional<String> block(Tag tag) {
    return Optional.ofNullable(contents.get(tag));
  }

  /** The content of the last closed block, no value when it is missing or blank. */
  public Optional<String> content(Tag tag) {
    return block(tag).filter(content -> !content.isEmpty());
  }

  /** What follows the first opening tag, in any case, whether or not the block is closed. */
  public static Optional<String> afterOpening(String completion, Tag tag) {
    int start = asciiLowerCase(completion).indexOf(tag.open());
    return start < 0
        ? Optional.empty()
        : Optional.of(Text.strip(completion.substring(start + tag.open().length())));
  }

  private static Optional<String> block(
      String text, String searched, Tag tag, Occurrence occurrence) {
    String open = tag.open();
    String close = tag.close();
    int lastStart = -1;
    int lastEnd = -1;
    int from = 0;
    while (lastStart < 0 || occurrence == Occurrence.LAST) {
      int start = searched.indexOf(open, from);
      if (start < 0) {
        break;
      }
      int end = searched.indexOf(close, start + open.length());
      if (end < 0) {
        break;
      }
      lastStart = start + open.length();
      lastEnd = end;
      from = end + close.length();
    }
    return lastStart < 0
        ? Optional.empty()
        : Optional.of(Text.strip(text.substring(lastStart, lastEnd)));
  }

  private static String asciiLowerCase(String text) {
    StringBuilder out = new StringBuilder(text);
    for (int i = 0; i < out.length(); i++) {
      char c = out.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        out.setCharAt(i, (char) (c + 32));
      }
    }
    return out.toString();
  }
}
