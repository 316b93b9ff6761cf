package toolr0.torch.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;
import toolr0.chat.Tokenizer;
import toolr0.chat.template.RenderedChat;

/**
 * Turns a rendered chat into ids. A special token is one only where every character of it is the
 * template's own: what messages say is text, whatever it spells. The text between special tokens is
 * encoded in one piece, as the tokenizers library does it, so that the ids of a chat which spells
 * no special token are those of the library.
 */
final class PromptEncoder {
  private final Tokenizer tokenizer;
  private final Map<Character, List<SpecialToken>> byFirst;

  /**
   * An encoder.
   *
   * @param tokenizer reads special tokens as text
   * @param specials the special tokens of it
   */
  PromptEncoder(Tokenizer tokenizer, Collection<SpecialToken> specials) {
    this.tokenizer = tokenizer;
    this.byFirst =
        specials.stream()
            .sorted(Comparator.comparingInt((SpecialToken t) -> -t.content().length()))
            .collect(Collectors.groupingBy(t -> t.content().charAt(0)));
  }

  /**
   * The ids of a chat.
   *
   * @param cuts places in the text that are not encoded across
   */
  int[] encode(RenderedChat chat, SortedSet<Integer> cuts) {
    String text = chat.text();
    Ids ids = new Ids();
    int start = 0;
    for (int at = 0; at < text.length(); ) {
      Optional<SpecialToken> special = special(chat, at);
      if (special.isEmpty()) {
        at++;
        continue;
      }
      SpecialToken token = special.get();
      int end = at;
      while (token.stripsLeft() && end > start && isSpace(text.charAt(end - 1))) {
        end--;
      }
      encode(text, start, end, cuts, ids);
      ids.add(token.id());
      at += token.content().length();
      while (token.stripsRight() && at < text.length() && isSpace(text.charAt(at))) {
        at++;
      }
      start = at;
    }
    encode(text, start, text.length(), cuts, ids);
    return ids.toArray();
  }

  /** The longest special token of the template's own that begins at a place. */
  private Optional<SpecialToken> special(RenderedChat chat, int at) {
    String text = chat.text();
    return byFirst.getOrDefault(text.charAt(at), List.of()).stream()
        .filter(token -> text.startsWith(token.content(), at))
        .filter(token -> !chat.hasContent(at, at + token.content().length()))
        .filter(token -> !token.wholeWord() || isWord(text, at, at + token.content().length()))
        .findFirst();
  }

  private static boolean isWord(String text, int start, int end) {
    return (start == 0 || !isWordPart(text.codePointBefore(start)))
        && (end == text.length() || !isWordPart(text.codePointAt(end)));
  }

  private static boolean isWordPart(int c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  private void encode(String text, int start, int end, SortedSet<Integer> cuts, Ids ids) {
    int from = start;
    for (int cut : cuts.subSet(start + 1, Math.max(start + 1, end))) {
      ids.add(tokenizer.encode(text.substring(from, cut)));
      from = cut;
    }
    if (from < end) {
      ids.add(tokenizer.encode(text.substring(from, end)));
    }
  }

  /** A growing list of ids. */
  private static final class Ids {
    private int[] values = new int[256];
    private int count;

    void add(int... more) {
      if (count + more.length > values.length) {
        values = Arrays.copyOf(values, Math.max(2 * values.length, count + more.length));
      }
      System.arraycopy(more, 0, values, count, more.length);
      count += more.length;
    }

    int[] toArray() {
      return Arrays.copyOf(values, count);
    }
  }
}
