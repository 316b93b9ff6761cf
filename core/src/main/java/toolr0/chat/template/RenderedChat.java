package toolr0.chat.template;

import java.util.BitSet;
import java.util.List;

/** A chat as the text that a model reads, with what in it comes from the messages. */
public final class RenderedChat {
  private final String text;
  private final BitSet content;
  private final List<Span> generations;

  private RenderedChat(String text, BitSet content, List<Span> generations) {
    this.text = text;
    this.content = content;
    this.generations = List.copyOf(generations);
  }

  static RenderedChat of(Str output, List<Span> generations) {
    StringBuilder text = new StringBuilder(output.length());
    BitSet content = new BitSet();
    for (int i = 0; i < output.length(); i++) {
      int start = text.length();
      text.appendCodePoint(output.at(i));
      if (Str.isContent(output.markedAt(i))) {
        content.set(start, text.length());
      }
    }
    return new RenderedChat(text.toString(), content, generations);
  }

  /**
   * A part of the text.
   *
   * @param start its first code point, from 0
   * @param end the code point behind its last one
   */
  public record Span(int start, int end) {}

  public String text() {
    return text;
  }

  /** Whether any of the chars from {@code start} up to {@code end} comes from a message. */
  public boolean hasContent(int start, int end) {
    int next = content.nextSetBit(start);
    return next >= 0 && next < end;
  }

  /**
   * Whether this text goes on where another one ends, its first part being from the same source.
   */
  public boolean isContinuationOf(RenderedChat shorter) {
    return text.startsWith(shorter.text)
        && content.get(0, shorter.text.length()).equals(shorter.content);
  }

  /** What the template marks as said by the assistant, in the order of its blocks' ends. */
  public List<Span> generations() {
    return generations;
  }
}
