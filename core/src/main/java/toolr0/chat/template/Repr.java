package toolr0.chat.template;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import toolr0.chat.template.Sequence.RangeValue;
import toolr0.chat.template.Sequence.TupleValue;
import toolr0.chat.template.Value.None;
import toolr0.chat.template.Value.Undefined;

/** Values as text: Python's str and repr. */
final class Repr {
  private final Chars out;
  private int depth;

  private Repr(Work work) {
    this.out = new Chars(work);
  }

  /** Python's str, which is also what a template prints. */
  static Str str(Work work, Value value) {
    return switch (value) {
      case Str text -> text.asMarkup(false);
      case Undefined _ -> Str.EMPTY;
      default -> of(work, value);
    };
  }

  /** A text as it is, anything else as {@link #str}. */
  static Str soft(Work work, Value value) {
    return value instanceof Str text ? text : str(work, value);
  }

  /** Python's repr. */
  static Str of(Work work, Value value) {
    Repr repr = new Repr(work);
    repr.add(value);
    return repr.out.toStr();
  }

  private void add(Value value) {
    if (++depth > Value.MAX_NESTING) {
      throw new Failure("a text of values nested deeper than " + Value.MAX_NESTING);
    }
    switch (value) {
      case Str text -> {
        if (text.isMarkup()) {
          out.add("Markup(");
        }
        quoted(text);
        if (text.isMarkup()) {
          out.add(")");
        }
      }
      case None _ -> out.add("None");
      case Undefined _ -> out.add("Undefined");
      case Value.Bool truth -> out.add(truth.value() ? "True" : "False");
      case Value.Int number -> out.add(Numbers.text(number));
      case Value.Real number -> out.add(Numbers.text(number));
      case TupleValue tuple -> list("(", tuple.items(), tuple.size() == 1 ? ",)" : ")");
      case RangeValue range -> {
        out.add("range(" + range.start() + ", " + range.stop());
        out.add(range.step().equals(BigInteger.ONE) ? ")" : ", " + range.step() + ")");
      }
      case Sequence list -> list("[", list.items(), "]");
      case DictValue dict -> dict(dict);
      case DictView view -> list(view.typeName() + "([", view.items(), "])");
      case NamespaceValue namespace -> {
        out.add("<Namespace ");
        dict(DictValue.ofNames(namespace.attributes()));
        out.add(">");
      }
      case Callable.Macro macro -> out.add("<Macro '" + macro.name() + "'>");
      case LoopValue loop -> out.add(loop.toString());
      case Callable _, LazyValue _, CyclerValue _ ->
          throw Failure.unsupported(
              "the text of a %s, which is an address in memory".formatted(value.typeName()));
    }
    depth--;
  }

  private void list(String open, Iterable<Value> items, String close) {
    out.add(open);
    for (Iterator<Value> i = items.iterator(); i.hasNext(); ) {
      add(i.next());
      if (i.hasNext()) {
        out.add(", ");
      }
    }
    out.add(close);
  }

  private void dict(DictValue dict) {
    String before = "{";
    for (Map.Entry<Value, Value> entry : dict.entries()) {
      out.add(before);
      add(entry.getKey());
      out.add(": ");
      add(entry.getValue());
      before = ", ";
    }
    out.add(dict.size() == 0 ? "{}" : "}");
  }

  private void quoted(Str text) {
    boolean apostrophe = text.contains(Str.of("'")) && !text.contains(Str.of("\""));
    int quote = apostrophe ? '"' : '\'';
    out.add(quote);
    for (int i = 0; i < text.length(); i++) {
      int c = text.at(i);
      int mark = text.markedAt(i);
      switch (c) {
        case '\n' -> escape("\\n", mark);
        case '\r' -> escape("\\r", mark);
        case '\t' -> escape("\\t", mark);
        case '\\' -> escape("\\\\", mark);
        default -> {
          if (c == quote) {
            escape("\\", mark);
          }
          if (isPrintable(c)) {
            out.add(mark);
          } else {
            escape(code(c), mark);
          }
        }
      }
    }
    out.add(quote);
  }

  private void escape(String text, int like) {
    text.chars().forEach(c -> out.add(Str.marked(c, like)));
  }

  /** The escape of a code point in Python's texts. */
  static String code(int c) {
    return c < 0x100
        ? String.format(Locale.ROOT, "\\x%02x", c)
        : c < 0x10000
            ? String.format(Locale.ROOT, "\\u%04x", c)
            : String.format(Locale.ROOT, "\\U%08x", c);
  }

  /** Whether Python counts a code point as printable. */
  static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
