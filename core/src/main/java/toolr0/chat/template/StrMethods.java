package toolr0.chat.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import toolr0.base.Text;
import toolr0.chat.template.Sequence.ListValue;
import toolr0.chat.template.Sequence.TupleValue;
import toolr0.chat.template.Value.Bool;
import toolr0.chat.template.Value.Int;
import toolr0.chat.template.Value.None;

/** The methods of a text. */
final class StrMethods {
  /** All of Python's; some of them are not supported. */
  static final Set<String> NAMES =
      Set.of(
          ("capitalize casefold center count encode endswith expandtabs find format format_map"
                  + " index isalnum isalpha isascii isdecimal isdigit isidentifier islower"
                  + " isnumeric isprintable isspace istitle isupper join ljust lower lstrip"
                  + " maketrans partition removeprefix removesuffix replace rfind rindex rjust"
                  + " rpartition rsplit rstrip split splitlines startswith strip swapcase title"
                  + " translate upper zfill")
              .split(" "));

  private static final Str SPACE = Str.of(" ");
  private static final int ANY = Integer.MAX_VALUE;

  private final Work work;
  private final Str text;
  private final String name;
  private final Arguments arguments;

  private StrMethods(Work work, Str text, String name, Arguments arguments) {
    this.work = work;
    this.text = text;
    this.name = name;
    this.arguments = arguments;
  }

  static Value call(Work work, Str text, String name, Arguments arguments) {
    work.spend(text.length());
    return new StrMethods(work, text, name, arguments).call();
  }

  private Value call() {
    return switch (name) {
      case "format" -> BraceFormat.of(work, text, arguments);
      case "format_map" -> formatMap();
      case "split", "rsplit" -> split();
      case "splitlines" -> {
        Arguments.Bound bound = arguments.bind(name, "keepends?");
        yield new ListValue(lines(text, bound.flag(0)));
      }
      case "expandtabs" -> expandTabs(arguments.bind(name, "tabsize?").number(0, 8));
      case "strip" -> strip(true, true);
      case "lstrip" -> strip(true, false);
      case "rstrip" -> strip(false, true);
      case "startswith", "endswith" -> Bool.of(atEnd());
      case "find", "index", "rfind", "rindex" -> place();
      case "count" -> count();
      case "replace" -> replaced();
      case "join" -> joined();
      case "partition", "rpartition" -> partition();
      case "removeprefix" -> {
        Str part = str(positional(1, 1).getFirst());
        yield text.startsWith(part) ? text.slice(part.length(), text.length()) : text;
      }
      case "removesuffix" -> {
        Str part = str(positional(1, 1).getFirst());
        yield part.isEmpty() || !text.endsWith(part)
            ? text
            : text.slice(0, text.length() - part.length());
      }
      case "center", "ljust", "rjust" -> filled();
      case "zfill" -> zeroFilled(Numbers.index(positional(1, 1).getFirst()));
      default -> plain();
    };
  }

  /** The methods without arguments. */
  private Value plain() {
    positional(0, 0);
    return switch (name) {
      case "upper" -> kept(Casing.upper(work, text));
      case "lower" -> kept(Casing.lower(work, text));
      case "title" -> kept(Casing.title(work, text));
      case "capitalize" -> kept(Casing.capitalized(work, text));
      case "swapcase" -> kept(Casing.swapped(work, text));
      case "casefold" -> kept(Casing.caseless(work, text));
      case "isupper" -> Bool.of(Casing.allCased(text, true));
      case "islower" -> Bool.of(Casing.allCased(text, false));
      case "istitle" -> Bool.of(Casing.isTitle(text));
      case "isspace" -> Bool.of(Casing.all(text, Text::isSpace));
      case "isalpha" -> Bool.of(Casing.all(text, Character::isLetter));
      case "isalnum" ->
          Bool.of(Casing.all(text, c -> Character.isLetter(c) || Casing.isNumeric(c)));
      case "isdecimal" -> Bool.of(Casing.all(text, Casing::isDecimal));
      case "isdigit" -> Bool.of(Casing.all(text, Casing::isDigit));
      case "isnumeric" -> Bool.of(Casing.all(text, Casing::isNumeric));
      case "isascii" -> Bool.of(text.isEmpty() || Casing.all(text, c -> c < 128));
      case "isprintable" -> Bool.of(text.isEmpty() || Casing.all(text, Repr::isPrintable));
      case "isidentifier" ->
          Bool.of(Casing.all(text, Casing::isWordPart) && !Casing.isNumeric(text.at(0)));
      default -> throw Failure.unsupported("the method %s of a text".formatted(name));
    };
  }

  private List<Value> positional(int least, int most) {
    return arguments.positional(name, least, most);
  }

  private Str kept(Str result) {
    return result.asMarkup(text.isMarkup());
  }

  private void requirePlain() {
    if (text.isMarkup()) {
      throw Failure.unsupported("the method %s of a text that is marked as safe".formatted(name));
    }
  }

  private Str str(Value value) {
    if (value instanceof Str part) {
      work.spend(part.length());
      return part;
    }
    throw new Failure("%s() wants a str, not %s", name, value.typeName());
  }

  private Value formatMap() {
    if (positional(1, 1).getFirst() instanceof DictValue dict) {
      Map<String, Value> named = new LinkedHashMap<>();
      dict.entries().forEach(e -> named.put(Repr.str(work, e.getKey()).text(), e.getValue()));
      return BraceFormat.of(work, text, new Arguments(List.of(), named));
    }
    throw new Failure("format_map() wants a dict");
  }

  private Value split() {
    Arguments.Bound bound = arguments.bind(name, "sep?", "maxsplit?");
    int most = bound.number(1, -1);
    most = most < 0 ? ANY : most;
    boolean fromEnd = name.equals("rsplit");
    Optional<Str> separator = bound.text(0);
    List<Value> parts =
        separator.isEmpty()
            ? (fromEnd ? mirrored(words(text.reversed(), most)) : words(text, most))
            : (fromEnd
                ? mirrored(parts(text.reversed(), str(separator.get()).reversed(), most))
                : parts(text, str(separator.get()), most));
    work.spend(parts.size());
    return new ListValue(parts);
  }

  private static List<Value> mirrored(List<Value> parts) {
    List<Value> result = new ArrayList<>();
    parts.forEach(part -> result.add(((Str) part).reversed()));
    Collections.reverse(result);
    return result;
  }

  /** The runs of characters between white space; the last part has the rest as it is. */
  static List<Value> words(Str text, int most) {
    List<Value> words = new ArrayList<>();
    int size = text.length();
    for (int at = 0; ; ) {
      while (at < size && Text.isSpace(text.at(at))) {
        at++;
      }
      if (at == size) {
        return words;
      }
      if (words.size() == most) {
        words.add(text.slice(at, size));
        return words;
      }
      int end = at;
      while (end < size && !Text.isSpace(text.at(end))) {
        end++;
      }
      words.add(text.slice(at, end));
      at = end;
    }
  }

  private static List<Value> parts(Str text, Str separator, int most) {
    if (separator.isEmpty()) {
      throw new Failure("empty separator");
    }
    List<Value> parts = new ArrayList<>();
    int at = 0;
    while (parts.size() < most) {
      int next = text.find(separator, at);
      if (next < 0) {
        break;
      }
      parts.add(text.slice(at, next));
      at = next + separator.length();
    }
    parts.add(text.slice(at, text.length()));
    return parts;
  }

  /** The lines of a text. */
  static List<Value> lines(Str text, boolean keepEnds) {
    List<Value> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (isLineEnd(text.at(i))) {
        boolean pair = text.at(i) == '\r' && i + 1 < text.length() && text.at(i + 1) == '\n';
        int end = i + (pair ? 2 : 1);
        lines.add(text.slice(start, keepEnds ? end : i));
        start = end;
        i = end - 1;
      }
    }
    if (start < text.length()) {
      lines.add(text.slice(start, text.length()));
    }
    return lines;
  }

  private static boolean isLineEnd(int c) {
    return (c >= '\n' && c <= '\r')
        || (c >= 0x1c && c <= 0x1e)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  private Value expandTabs(int size) {
    Chars out = new Chars(work);
    int column = 0;
    for (int i = 0; i < text.length(); i++) {
      int c = text.at(i);
      if (c == '\t') {
        int more = size > 0 ? size - column % size : 0;
        out.repeat(SPACE, more);
        column += more;
      } else {
        out.add(text.markedAt(i));
        column = c == '\n' || c == '\r' ? 0 : column + 1;
      }
    }
    return kept(out.toStr());
  }

  private Value strip(boolean start, boolean end) {
    List<Value> given = positional(0, 1);
    return given.isEmpty() || given.getFirst() == None.NONE
        ? stripped(text, Optional.empty(), start, end)
        : stripped(text, Optional.of(str(given.getFirst())), start, end);
  }

  /** A text without white space, or other characters, at its ends. */
  static Str stripped(Str text, Optional<Str> chars, boolean start, boolean end) {
    Set<Integer> set = new HashSet<>();
    chars.ifPresent(
        c -> {
          for (int i = 0; i < c.length(); i++) {
            set.add(c.at(i));
          }
        });
    int from = 0;
    int to = text.length();
    while (start && from < to && isStripped(text.at(from), chars, set)) {
      from++;
    }
    while (end && to > from && isStripped(text.at(to - 1), chars, set)) {
      to--;
    }
    return text.slice(from, to);
  }

  private static boolean isStripped(int c, Optional<Str> chars, Set<Integer> set) {
    return chars.isPresent() ? set.contains(c) : Text.isSpace(c);
  }

  /**
   * The part of the text that a start and an end, both optional, cut out; none where start is
   * behind it.
   */
  private Optional<Str> cut(List<Value> given) {
    Value start = given.size() > 1 ? given.get(1) : None.NONE;
    Value end = given.size() > 2 ? given.get(2) : None.NONE;
    if (start != None.NONE && Numbers.index(start) > text.length()) {
      return Optional.empty();
    }
    return Optional.of((Str) Access.slice(work, text, start, end, None.NONE));
  }

  private boolean atEnd() {
    List<Value> given = positional(1, 3);
    List<Value> ends =
        given.getFirst() instanceof TupleValue tuple ? tuple.items() : given.subList(0, 1);
    Optional<Str> part = cut(given);
    boolean found = false;
    for (Value end : ends) {
      Str wanted = str(end);
      found |=
          part.isPresent()
              && (name.equals("startswith")
                  ? part.get().startsWith(wanted)
                  : part.get().endsWith(wanted));
    }
    return found;
  }

  private Value place() {
    List<Value> given = positional(1, 3);
    Str wanted = str(given.getFirst());
    int found =
        cut(given)
            .map(p -> name.startsWith("r") ? p.findLast(wanted) : p.find(wanted, 0))
            .orElse(-1);
    if (found < 0) {
      if (name.endsWith("index")) {
        throw new Failure("substring not found");
      }
      return Int.of(-1);
    }
    Value start = given.size() > 1 ? given.get(1) : None.NONE;
    int offset = start == None.NONE ? 0 : Numbers.index(start);
    return Int.of(found + Math.max(0, offset < 0 ? offset + text.length() : offset));
  }

  private Value count() {
    List<Value> given = positional(1, 3);
    Str wanted = str(given.getFirst());
    Optional<Str> part = cut(given);
    if (part.isEmpty()) {
      return Int.of(0);
    }
    return Int.of(
        wanted.isEmpty() ? part.get().length() + 1 : parts(part.get(), wanted, ANY).size() - 1);
  }

  private Value replaced() {
    requirePlain();
    List<Value> given = positional(2, 3);
    int most = given.size() > 2 ? Numbers.index(given.get(2)) : -1;
    return replaced(work, text, str(given.get(0)), str(given.get(1)), most);
  }

  /** A text with a part replaced, at most so many times; a negative number is no bound. */
  static Str replaced(Work work, Str text, Str old, Str with, int most) {
    int left = most < 0 ? ANY : most;
    Chars out = new Chars(work);
    if (old.isEmpty()) {
      for (int i = 0; i <= text.length(); i++) {
        if (left-- > 0) {
          out.add(with);
        }
        if (i < text.length()) {
          out.add(text.markedAt(i));
        }
      }
      return out.toStr();
    }
    List<Value> parts = parts(text, old, left);
    for (int i = 0; i < parts.size(); i++) {
      out.add(i == 0 ? Str.EMPTY : with).add((Str) parts.get(i));
    }
    return out.toStr();
  }

  private Value joined() {
    requirePlain();
    Chars out = new Chars(work);
    List<Value> items = Access.list(work, positional(1, 1).getFirst());
    for (int i = 0; i < items.size(); i++) {
      if (!(items.get(i) instanceof Str item)) {
        throw new Failure(
            "sequence item %d: expected str instance, %s found", i, items.get(i).typeName());
      }
      out.add(i == 0 ? Str.EMPTY : text).add(item);
    }
    return out.toStr();
  }

  private Value partition() {
    Str separator = str(positional(1, 1).getFirst());
    if (separator.isEmpty()) {
      throw new Failure("empty separator");
    }
    boolean last = name.equals("rpartition");
    int at = last ? text.findLast(separator) : text.find(separator, 0);
    Str nothing = kept(Str.EMPTY);
    if (at < 0) {
      return last ? TupleValue.of(nothing, nothing, text) : TupleValue.of(text, nothing, nothing);
    }
    return TupleValue.of(
        text.slice(0, at),
        text.slice(at, at + separator.length()),
        text.slice(at + separator.length(), text.length()));
  }

  private Value filled() {
    List<Value> given = positional(1, 2);
    Str fill = given.size() > 1 ? str(given.get(1)) : SPACE;
    if (fill.length() != 1) {
      throw new Failure("The fill character must be exactly one character long");
    }
    int width = Numbers.index(given.getFirst());
    return switch (name) {
      case "ljust" -> filled(0, width, fill);
      case "rjust" -> filled(Math.max(0, width - text.length()), width, fill);
      default -> centered(work, text, width, fill);
    };
  }

  private Str filled(int left, int width, Str fill) {
    Chars out = new Chars(work).repeat(fill, left).add(text);
    return kept(out.repeat(fill, (long) width - out.length()).toStr());
  }

  /** A text in the middle of a width. */
  static Str centered(Work work, Str text, int width, Str fill) {
    int missing = Math.max(0, width - text.length());
    int left = missing / 2 + (missing & width & 1);
    return new Chars(work)
        .repeat(fill, left)
        .add(text)
        .repeat(fill, missing - left)
        .toStr()
        .asMarkup(text.isMarkup());
  }

  private Value zeroFilled(int width) {
    int sign = !text.isEmpty() && (text.at(0) == '-' || text.at(0) == '+') ? 1 : 0;
    Chars out = new Chars(work).add(text.slice(0, sign));
    out.repeat(Str.of("0"), (long) width - text.length());
    return kept(out.add(text.slice(sign, text.length())).toStr());
  }
}
