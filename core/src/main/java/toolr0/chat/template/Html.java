package toolr0.chat.template;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import toolr0.base.Text;

/** Texts for HTML and URLs. */
final class Html {
  private static final String UNRESERVED = "-._~";

  private Html() {}

  /** A text in which the characters that HTML treats specially are escaped; markup as it is. */
  static Str escape(Work work, Str text) {
    if (text.isMarkup()) {
      return text;
    }
    Chars out = new Chars(work);
    for (int i = 0; i < text.length(); i++) {
      int mark = text.markedAt(i);
      String entity =
          switch (text.at(i)) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '\'' -> "&#39;";
            case '"' -> "&#34;";
            default -> "";
          };
      if (entity.isEmpty()) {
        out.add(mark);
      } else {
        entity.chars().forEach(c -> out.add(Str.marked(c, mark)));
      }
    }
    return out.toStr().asMarkup(true);
  }

  /** Attributes of an element; values that are None or undefined are left out. */
  static Str attributes(Work work, DictValue values, boolean spaceBefore) {
    Chars out = new Chars(work);
    for (Map.Entry<Value, Value> entry : values.entries()) {
      Value value = entry.getValue();
      if (value == Value.None.NONE || value instanceof Value.Undefined) {
        continue;
      }
      if (!(entry.getKey() instanceof Str key)) {
        throw new Failure("expected a text as name of an attribute");
      }
      for (int i = 0; i < key.length(); i++) {
        int c = key.at(i);
        if (c == '/' || c == '>' || c == '=' || (c < 128 && Text.isSpace(c))) {
          throw new Failure("invalid character in attribute name: '%s'", key.text());
        }
      }
      if (spaceBefore || !out.isEmpty()) {
        out.add(" ");
      }
      out.add(escape(work, key)).add("=\"");
      out.add(escape(work, Repr.soft(work, value))).add("\"");
    }
    return out.toStr();
  }

  /** A text without tags and comments, its white space collapsed. */
  static Str withoutTags(Work work, Str text) {
    Str left = without(work, without(work, text, "<!--", "-->"), "<", ">");
    List<Value> words = StrMethods.words(left.asMarkup(false), Integer.MAX_VALUE);
    Chars out = new Chars(work);
    for (Value word : words) {
      out.add(out.isEmpty() ? Str.EMPTY : Str.of(" ")).add((Str) word);
    }
    Str result = out.toStr();
    if (result.contains(Str.of("&"))) {
      throw Failure.unsupported("striptags on a text with HTML entities");
    }
    return result;
  }

  private static Str without(Work work, Str text, String open, String close) {
    Str opening = Str.of(open);
    Str closing = Str.of(close);
    Chars out = new Chars(work);
    int at = 0;
    while (true) {
      int start = text.find(opening, at);
      int end = start < 0 ? -1 : text.find(closing, start);
      if (end < 0) {
        return out.add(text.slice(at, text.length())).toStr();
      }
      out.add(text.slice(at, start));
      at = end + close.length();
    }
  }

  /** A text, or pairs of keys and values, in the encoding of URLs. */
  static Str urlEncode(Work work, Value value) {
    Chars out = new Chars(work);
    if (value instanceof Str || Access.iterator(work, value).isEmpty()) {
      quote(Repr.soft(work, value), false, out);
      return out.toStr();
    }
    Value pairs = value instanceof DictValue dict ? new DictView(dict, DictView.Part.ITEMS) : value;
    for (Iterator<Value> i = Access.iterate(work, pairs); i.hasNext(); ) {
      List<Value> pair = Access.list(work, i.next());
      if (pair.size() != 2) {
        throw new Failure("urlencode wants pairs of a key and a value");
      }
      quote(Repr.soft(work, pair.get(0)), true, out);
      out.add("=");
      quote(Repr.soft(work, pair.get(1)), true, out);
      out.add(i.hasNext() ? "&" : "");
    }
    return out.toStr();
  }

  private static void quote(Str text, boolean query, Chars out) {
    for (int i = 0; i < text.length(); i++) {
      int c = text.at(i);
      int mark = text.markedAt(i);
      boolean letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (letter || UNRESERVED.indexOf(c) >= 0 || (!query && c == '/')) {
        out.add(mark);
      } else if (query && c == ' ') {
        out.add(Str.marked('+', mark));
      } else {
        for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
          String.format(Locale.ROOT, "%%%02X", b & 0xff)
              .chars()
              .forEach(x -> out.add(Str.marked(x, mark)));
        }
      }
    }
  }
}
