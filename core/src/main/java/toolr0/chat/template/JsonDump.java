package toolr0.chat.template;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import toolr0.chat.template.Sequence.ListValue;
import toolr0.chat.template.Sequence.TupleValue;
import toolr0.chat.template.Value.None;
import toolr0.chat.template.Value.Real;

/** Values as JSON: Python's {@code json.dumps}. */
final class JsonDump {
  private static final Str LINE = Str.of("\n");

  private final Work work;
  private final Style style;
  private final Chars out;

  /**
   * How JSON is written.
   *
   * @param ascii whether other characters are escaped
   * @param indent of each level, empty for one line
   * @param comma what stands between two elements
   * @param colon what stands between key and value
   * @param sorted whether keys are sorted
   */
  record Style(boolean ascii, Optional<Str> indent, Str comma, Str colon, boolean sorted) {

    /** The style that arguments of the filter tojson ask for. */
    static Style of(Work work, Arguments arguments) {
      Arguments.Bound bound =
          arguments.bind("tojson", "ensure_ascii?", "indent?", "separators?", "sort_keys?");
      Optional<Str> indent =
          bound
              .present(1)
              .map(
                  v ->
                      v instanceof Str text
                          ? text
                          : new Chars(work).repeat(Str.of(" "), Numbers.index(v)).toStr());
      Str comma = Str.of(indent.isPresent() ? "," : ", ");
      Str colon = Str.of(": ");
      if (bound.present(2).isPresent()) {
        List<Value> separators = Access.list(work, bound.get(2));
        if (separators.size() != 2
            || !(separators.get(0) instanceof Str first)
            || !(separators.get(1) instanceof Str second)) {
          throw new Failure("tojson wants two texts as separators");
        }
        comma = first;
        colon = second;
      }
      return new Style(bound.flag(0), indent, comma, colon, bound.flag(3));
    }
  }

  private JsonDump(Work work, Style style) {
    this.work = work;
    this.style = style;
    this.out = new Chars(work);
  }

  static Str of(Work work, Value value, Style style) {
    JsonDump dump = new JsonDump(work, style);
    dump.add(value, 0);
    return dump.out.toStr();
  }

  private void add(Value value, int level) {
    switch (value) {
      case Str text -> quoted(text);
      case ListValue list -> list(list.items(), level);
      case TupleValue tuple -> list(tuple.items(), level);
      case DictValue dict -> dict(dict, level);
      default -> out.add(scalar(value).orElseThrow(() -> unserializable(value)));
    }
  }

  private static Failure unserializable(Value value) {
    return new Failure("Object of type %s is not JSON serializable", value.typeName());
  }

  private static Optional<String> scalar(Value value) {
    return switch (value) {
      case None _ -> Optional.of("null");
      case Value.Bool truth -> Optional.of(truth.value() ? "true" : "false");
      case Value.Int number -> Optional.of(Numbers.text(number));
      case Real number when Double.isNaN(number.value()) -> Optional.of("NaN");
      case Real number when Double.isInfinite(number.value()) ->
          Optional.of(number.value() > 0 ? "Infinity" : "-Infinity");
      case Real number -> Optional.of(Numbers.text(number));
      default -> Optional.empty();
    };
  }

  private void list(List<Value> items, int level) {
    if (items.isEmpty()) {
      out.add("[]");
      return;
    }
    out.add("[");
    for (Iterator<Value> i = items.iterator(); i.hasNext(); ) {
      line(level + 1);
      add(i.next(), level + 1);
      if (i.hasNext()) {
        out.add(style.comma);
      }
    }
    line(level);
    out.add("]");
  }

  private void dict(DictValue dict, int level) {
    if (dict.size() == 0) {
      out.add("{}");
      return;
    }
    List<Map.Entry<Value, Value>> entries = new ArrayList<>(dict.entries());
    if (style.sorted) {
      entries.sort(
          Comparator.comparing(Map.Entry::getKey, (a, b) -> Comparison.compare(work, a, b)));
    }
    out.add("{");
    for (Iterator<Map.Entry<Value, Value>> i = entries.iterator(); i.hasNext(); ) {
      Map.Entry<Value, Value> entry = i.next();
      line(level + 1);
      key(entry.getKey());
      out.add(style.colon);
      add(entry.getValue(), level + 1);
      if (i.hasNext()) {
        out.add(style.comma);
      }
    }
    line(level);
    out.add("}");
  }

  private void key(Value key) {
    if (key instanceof Str text) {
      quoted(text);
    } else {
      quoted(
          Str.of(
              scalar(key)
                  .orElseThrow(
                      () ->
                          new Failure(
                              "keys must be str, int, float, bool or None, not %s",
                              key.typeName()))));
    }
  }

  private void line(int level) {
    if (style.indent.isPresent()) {
      out.add(LINE).repeat(style.indent.get(), level);
    }
  }

  private void quoted(Str text) {
    out.add('"');
    for (int i = 0; i < text.length(); i++) {
      int c = text.at(i);
      int mark = text.markedAt(i);
      switch (c) {
        case '"' -> escape("\\\"", mark);
        case '\\' -> escape("\\\\", mark);
        case '\n' -> escape("\\n", mark);
        case '\r' -> escape("\\r", mark);
        case '\t' -> escape("\\t", mark);
        case '\b' -> escape("\\b", mark);
        case '\f' -> escape("\\f", mark);
        default -> {
          if (c < ' ' || (style.ascii && c > '~')) {
            for (char unit : Character.toChars(c)) {
              escape(String.format(Locale.ROOT, "\\u%04x", (int) unit), mark);
            }
          } else {
            out.add(mark);
          }
        }
      }
    }
    out.add('"');
  }

  private void escape(String text, int like) {
    text.chars().forEach(c -> out.add(Str.marked(c, like)));
  }
}
