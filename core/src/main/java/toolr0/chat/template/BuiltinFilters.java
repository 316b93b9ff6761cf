package toolr0.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import toolr0.base.Text;
import toolr0.chat.template.Arguments.Bound;
import toolr0.chat.template.Sequence.ListValue;
import toolr0.chat.template.Sequence.TupleValue;
import toolr0.chat.template.Value.Int;
import toolr0.chat.template.Value.Undefined;

/** Jinja2's built-in filters, and tojson as the transformers library defines it. */
final class BuiltinFilters {
  /** All that Jinja2 has; {@link #UNSUPPORTED} are among them. */
  static final Set<String> NAMES =
      Set.of(
          ("abs attr batch capitalize center count d default dictsort e escape filesizeformat"
                  + " first float forceescape format groupby indent int items join last length"
                  + " list lower map max min pprint random reject rejectattr replace reverse round"
                  + " safe select selectattr slice sort string striptags sum title tojson trim"
                  + " truncate unique upper urlencode urlize wordcount wordwrap xmlattr")
              .split(" "));

  private static final Set<String> UNSUPPORTED = Set.of("pprint", "random", "urlize", "wordwrap");
  private static final int DEFAULT_TRUNCATION = 255;
  private static final int TRUNCATION_LEEWAY = 5;
  private static final int DEFAULT_CENTER = 80;
  private static final int DEFAULT_INDENT = 4;

  private final Work work;
  private final String name;
  private final Value subject;
  private final Arguments arguments;

  private BuiltinFilters(Work work, String name, Value subject, Arguments arguments) {
    this.work = work;
    this.name = name;
    this.subject = subject;
    this.arguments = arguments;
  }

  /** What a filter makes of a value. */
  static Value apply(Work work, String name, Value subject, Arguments arguments) {
    if (!NAMES.contains(name)) {
      throw new Failure("No filter named '%s'.", name);
    }
    if (UNSUPPORTED.contains(name)) {
      throw Failure.unsupported("the filter " + name);
    }
    work.spend(1);
    return new BuiltinFilters(work, name, subject, arguments).apply();
  }

  private Value apply() {
    return switch (name) {
      case "default", "d" -> {
        Bound bound = arguments.bind(name, "default_value?", "boolean?");
        yield subject instanceof Undefined || (bound.flag(1) && !Access.truth(subject))
            ? bound.or(0, Str.EMPTY)
            : subject;
      }
      case "tojson" -> JsonDump.of(work, subject, JsonDump.Style.of(work, arguments));
      case "attr" -> attribute(arguments.bind(name, "name").text(0).orElseThrow().text());
      case "float" ->
          Conversions.real(subject, arguments.bind(name, "default?").or(0, new Value.Real(0)));
      case "int" -> {
        Bound bound = arguments.bind(name, "default?", "base?");
        yield Conversions.integer(subject, bound.or(0, Int.of(0)), bound.number(1, 10));
      }
      case "round" -> {
        Bound bound = arguments.bind(name, "precision?", "method?");
        yield Conversions.round(
            subject, bound.number(0, 0), bound.text(1).orElse(Str.of("common")).text());
      }
      case "filesizeformat" ->
          Str.of(Conversions.fileSize(subject, arguments.bind(name, "binary?").flag(0)));
      case "urlencode" -> {
        arguments.bind(name);
        yield Html.urlEncode(work, subject);
      }
      case "xmlattr" -> {
        boolean space = Access.truth(arguments.bind(name, "autospace?").or(0, Value.Bool.TRUE));
        if (!(subject instanceof DictValue dict)) {
          throw new Failure("xmlattr wants a mapping, not %s", subject.typeName());
        }
        yield Html.attributes(work, dict, space);
      }
      case "join" -> join();
      case "replace", "center", "trim", "indent", "truncate", "format" -> textWithArguments();
      case "batch",
          "slice",
          "dictsort",
          "groupby",
          "items",
          "map",
          "max",
          "min",
          "reject",
          "rejectattr",
          "reverse",
          "select",
          "selectattr",
          "sort",
          "sum",
          "unique" ->
          ElementFilters.apply(work, name, subject, arguments);
      default -> {
        arguments.bind(name);
        yield withoutArguments();
      }
    };
  }

  private Value withoutArguments() {
    return switch (name) {
      case "upper" -> kept(Casing.upper(work, text()));
      case "lower" -> kept(Casing.lower(work, text()));
      case "capitalize" -> kept(Casing.capitalized(work, text()));
      case "title" -> title(text());
      case "string" -> text();
      case "wordcount" -> wordCount(text());
      case "e", "escape" -> Html.escape(work, text());
      case "forceescape" -> Html.escape(work, text().asMarkup(false));
      case "safe" -> text().asMarkup(true);
      case "striptags" -> Html.withoutTags(work, text());
      case "list" -> new ListValue(Access.list(work, subject));
      case "first" -> {
        var elements = Access.iterate(work, subject);
        yield elements.hasNext()
            ? elements.next()
            : new Undefined("No first item, sequence was empty.");
      }
      case "last" -> {
        var elements = ElementFilters.reversed(work, subject);
        if (elements.isEmpty()) {
          throw new Failure("'%s' object is not reversible", subject.typeName());
        }
        yield elements.get().hasNext()
            ? elements.get().next()
            : new Undefined("No last item, sequence was empty.");
      }
      case "length", "count" -> {
        OptionalInt length = Access.length(subject);
        yield Int.of(
            length.orElseThrow(
                () -> new Failure("object of type '%s' has no len()", subject.typeName())));
      }
      case "abs" -> Conversions.absolute(subject);
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** The subject as a text. */
  private Str text() {
    return Repr.soft(work, subject);
  }

  private Str kept(Str result) {
    return result.asMarkup(subject instanceof Str text && text.isMarkup());
  }

  private Value attribute(String attribute) {
    if (subject instanceof Undefined undefined) {
      throw new Failure(undefined.message());
    }
    return Methods.find(work, subject, attribute)
        .orElseGet(() -> Undefined.attribute(subject, attribute));
  }

  private Value textWithArguments() {
    return switch (name) {
      case "replace" -> {
        Bound bound = arguments.bind(name, "old", "new", "count?");
        int most = bound.present(2).isPresent() ? bound.number(2, -1) : -1;
        yield StrMethods.replaced(
            work,
            Repr.str(work, subject),
            Repr.str(work, bound.get(0)),
            Repr.str(work, bound.get(1)),
            most);
      }
      case "center" -> {
        int width = arguments.bind(name, "width?").number(0, DEFAULT_CENTER);
        yield StrMethods.centered(work, text(), width, Str.of(" "));
      }
      case "trim" ->
          StrMethods.stripped(text(), arguments.bind(name, "chars?").text(0), true, true);
      case "indent" -> indented();
      case "truncate" -> truncated();
      default -> {
        if (!arguments.positional().isEmpty() && !arguments.named().isEmpty()) {
          throw new Failure("can't handle positional and keyword arguments at the same time");
        }
        yield PercentFormat.of(
            work,
            text(),
            arguments.named().isEmpty()
                ? new TupleValue(arguments.positional())
                : DictValue.ofNames(arguments.named()));
      }
    };
  }

  private Value join() {
    Bound bound = arguments.bind(name, "d?", "attribute?");
    Str separator = Repr.str(work, bound.or(0, Str.EMPTY));
    Optional<AttributePath> path = bound.present(1).map(AttributePath::of);
    Chars out = new Chars(work);
    boolean first = true;
    for (var elements = Access.iterate(work, subject); elements.hasNext(); first = false) {
      Value element = elements.next();
      Value part = path.isPresent() ? path.get().get(work, element) : element;
      out.add(first ? Str.EMPTY : separator).add(Repr.str(work, part));
    }
    return out.toStr();
  }

  private Str requireText() {
    if (subject instanceof Str text) {
      return text;
    }
    throw new Failure("the filter %s wants a str, not %s", name, subject.typeName());
  }

  private Value indented() {
    Bound bound = arguments.bind(name, "width?", "first?", "blank?");
    Str text = requireText();
    Str indent =
        bound.or(0, Int.of(DEFAULT_INDENT)) instanceof Str given
            ? given
            : new Chars(work).repeat(Str.of(" "), bound.number(0, DEFAULT_INDENT)).toStr();
    Str newLine = Str.of("\n");
    List<Value> lines = StrMethods.lines(new Chars(work).add(text).add(newLine).toStr(), false);
    Chars out = new Chars(work);
    out.add(bound.flag(1) ? indent : Str.EMPTY);
    for (int i = 0; i < lines.size(); i++) {
      Str line = (Str) lines.get(i);
      if (i > 0) {
        out.add(newLine).add(bound.flag(2) || !line.isEmpty() ? indent : Str.EMPTY);
      }
      out.add(line);
    }
    return kept(out.toStr());
  }

  private Value truncated() {
    Bound bound = arguments.bind(name, "length?", "killwords?", "end?", "leeway?");
    int length = bound.number(0, DEFAULT_TRUNCATION);
    Str end = bound.text(2).orElse(Str.of("..."));
    int leeway = bound.present(3).isPresent() ? bound.number(3, 0) : TRUNCATION_LEEWAY;
    if (length < end.length() || leeway < 0) {
      throw new Failure(
          "truncate wants a length of at least %d and a leeway of at least 0", end.length());
    }
    int size = Access.length(subject).orElse(Integer.MAX_VALUE);
    if (size <= (long) length + leeway) {
      return subject;
    }
    Str text = requireText();
    Str kept = text.slice(0, length - end.length());
    if (!bound.flag(1)) {
      int space = kept.findLast(Str.of(" "));
      kept = space < 0 ? kept : kept.slice(0, space);
    }
    return Operators.apply(work, "+", kept, end);
  }

  /** Every word with a capital, where words end at white space, dashes and opening brackets. */
  private Value title(Str text) {
    Chars out = new Chars(work);
    List<Str> items = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= text.length(); i++) {
      if (i == text.length() || isWordBreak(text.at(i)) != isWordBreak(text.at(i - 1))) {
        items.add(text.slice(start, i));
        start = i;
      }
    }
    for (Str item : items) {
      out.add(Casing.upper(work, item.charAt(0)));
      out.add(Casing.lower(work, item.slice(1, item.length())));
    }
    return out.toStr();
  }

  private static boolean isWordBreak(int c) {
    return "-({[<".indexOf(c) >= 0 || Text.isSpace(c);
  }

  private static Value wordCount(Str text) {
    int words = 0;
    for (int i = 0; i < text.length(); i++) {
      boolean starts = i == 0 || !Casing.isWordPart(text.at(i - 1));
      words += starts && Casing.isWordPart(text.at(i)) ? 1 : 0;
    }
    return Int.of(words);
  }
}
