package toolr0.chat.template;

import java.math.BigInteger;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import toolr0.chat.template.Callable.Function;

/** The names that every template knows: Jinja2's, and two of the transformers library's. */
final class Globals {
  private Globals() {}

  static Map<String, Value> of(Work work, LocalDateTime now) {
    Map<String, Value> globals = new HashMap<>();
    define(globals, "range", Globals::range);
    define(globals, "dict", a -> new DictValue(Methods.entries(work, "dict", a)));
    define(globals, "namespace", a -> namespace(work, a));
    define(globals, "cycler", a -> new CyclerValue(a.positional("cycler", 0, Integer.MAX_VALUE)));
    define(
        globals, "joiner", a -> new Callable.Joiner(a.bind("joiner", "sep?").or(0, Str.of(", "))));
    define(
        globals,
        "lipsum",
        a -> {
          throw Failure.unsupported("the function lipsum");
        });
    define(
        globals,
        "raise_exception",
        a -> {
          Value message = a.bind("raise_exception", "message").get(0);
          throw new Failure("the template refuses the chat: %s", Repr.str(work, message).text());
        });
    define(globals, "strftime_now", a -> strftime(now, a));
    return globals;
  }

  private static void define(Map<String, Value> globals, String name, Callable.Body body) {
    globals.put(name, new Function(name, body));
  }

  private static Value range(Arguments arguments) {
    List<BigInteger> given =
        arguments.positional("range", 1, 3).stream().map(Numbers::integer).toList();
    BigInteger step = given.size() > 2 ? given.get(2) : BigInteger.ONE;
    return given.size() == 1
        ? Sequence.RangeValue.of(BigInteger.ZERO, given.getFirst(), step)
        : Sequence.RangeValue.of(given.get(0), given.get(1), step);
  }

  private static Value namespace(Work work, Arguments arguments) {
    Map<String, Value> attributes = new LinkedHashMap<>();
    Methods.entries(work, "namespace", arguments)
        .forEach((name, value) -> attributes.put(Repr.str(work, name).text(), value));
    return new NamespaceValue(attributes);
  }

  private static Value strftime(LocalDateTime now, Arguments arguments) {
    if (arguments.bind("strftime_now", "format").get(0) instanceof Str format) {
      return Str.of(Strftime.format(now, format.text()));
    }
    throw new Failure("strftime_now wants a str");
  }
}
