package toolr0.chat.template;

import java.util.List;

/** Python's {@code str.format} and {@code format_map}, as Jinja2's sandbox allows them. */
final class BraceFormat {
  private final Work work;
  private final Arguments arguments;
  private int automatic;
  private boolean manual;

  private BraceFormat(Work work, Arguments arguments) {
    this.work = work;
    this.arguments = arguments;
  }

  static Str of(Work work, Str format, Arguments arguments) {
    if (format.isMarkup()) {
      throw Failure.unsupported("formatting a text that is marked as safe");
    }
    return new BraceFormat(work, arguments).fill(format, 2);
  }

  private Str fill(Str format, int depth) {
    if (depth == 0) {
      throw new Failure("Max string recursion exceeded");
    }
    Chars out = new Chars(work);
    int at = 0;
    while (at < format.length()) {
      int c = format.at(at);
      boolean doubled = at + 1 < format.length() && format.at(at + 1) == c;
      if (c != '{' && c != '}') {
        out.add(format.markedAt(at++));
      } else if (doubled) {
        out.add(format.markedAt(at));
        at += 2;
      } else if (c == '}') {
        throw new Failure("Single '}' encountered in format string");
      } else {
        int end = end(format, at + 1);
        out.add(field(format.slice(at + 1, end), depth));
        at = end + 1;
      }
    }
    return out.toStr();
  }

  private static int end(Str format, int from) {
    int depth = 1;
    for (int i = from; i < format.length(); i++) {
      depth += format.at(i) == '{' ? 1 : format.at(i) == '}' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    throw new Failure("expected '}' before end of string");
  }

  private Str field(Str field, int depth) {
    int nameEnd = 0;
    boolean bracket = false;
    while (nameEnd < field.length()) {
      int c = field.at(nameEnd);
      bracket = c == '[' || (bracket && c != ']');
      if (!bracket && (c == '!' || c == ':')) {
        break;
      }
      nameEnd++;
    }
    Value value = value(field.slice(0, nameEnd));
    int at = nameEnd;
    if (at < field.length() && field.at(at) == '!') {
      int conversion = at + 1 < field.length() ? field.at(at + 1) : -1;
      value =
          switch (conversion) {
            case 's' -> Repr.str(work, value);
            case 'r' -> Repr.of(work, value);
            default -> throw new Failure("unknown or unsupported conversion specifier");
          };
      at += 2;
      if (at < field.length() && field.at(at) != ':') {
        throw new Failure("expected ':' after conversion specifier");
      }
    }
    Str spec =
        at < field.length() ? fill(field.slice(at + 1, field.length()), depth - 1) : Str.EMPTY;
    return FormatSpec.format(work, value, spec);
  }

  private Value value(Str name) {
    int end = 0;
    while (end < name.length() && name.at(end) != '.' && name.at(end) != '[') {
      end++;
    }
    Value value = first(name.slice(0, end).text());
    int at = end;
    while (at < name.length()) {
      boolean attribute = name.at(at) == '.';
      int start = at + 1;
      int stop = start;
      while (stop < name.length()
          && (attribute ? name.at(stop) != '.' && name.at(stop) != '[' : name.at(stop) != ']')) {
        stop++;
      }
      if (stop == start || (!attribute && stop == name.length())) {
        throw new Failure("a field of a format string has an empty or open part: %s", name.text());
      }
      Str part = name.slice(start, stop);
      value =
          attribute
              ? Access.attribute(work, value, part.text())
              : Access.item(work, value, isNumber(part.text()) ? number(part.text()) : part);
      at = attribute ? stop : stop + 1;
    }
    return value;
  }

  private Value first(String name) {
    List<Value> positional = arguments.positional();
    if (name.isEmpty() || isNumber(name)) {
      boolean given = !name.isEmpty();
      if (given ? automatic > 0 : manual) {
        throw new Failure("cannot mix manual and automatic field numbering");
      }
      manual |= given;
      int place = given ? Numbers.index(number(name)) : automatic++;
      if (place >= positional.size()) {
        throw new Failure("Replacement index %d out of range for positional args tuple", place);
      }
      return positional.get(place);
    }
    Value value = arguments.named().get(name);
    if (value == null) {
      throw new Failure("there is no argument '%s' for the format string", name);
    }
    return value;
  }

  private static boolean isNumber(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9') && text.length() < 10;
  }

  private static Value number(String text) {
    return Value.Int.of(Long.parseLong(text));
  }
}
