package toolr0.chat.template;

import java.util.List;

/** A value that can be called. */
sealed interface Callable extends Value
    permits Callable.Function, Callable.Macro, Callable.Joiner, LoopValue {

  /** What a call does. */
  @FunctionalInterface
  interface Body {
    Value call(Arguments arguments);
  }

  Value call(Arguments arguments);

  /** A global function, or a method together with its owner. */
  record Function(String name, Body body) implements Callable {
    @Override
    public Value call(Arguments arguments) {
      return body.call(arguments);
    }

    @Override
    public String typeName() {
      return "builtin_function_or_method";
    }
  }

  /** A macro, or the block of a call. */
  record Macro(
      String name,
      List<String> parameters,
      boolean takesKeywords,
      boolean takesPositionals,
      boolean takesCaller,
      Body body)
      implements Callable {
    @Override
    public Value call(Arguments arguments) {
      return body.call(arguments);
    }

    @Override
    public String typeName() {
      return "Macro";
    }
  }

  /** A Jinja2 joiner: empty at the first call, the separator at every other one. */
  final class Joiner implements Callable {
    private final Value separator;
    private boolean used;

    Joiner(Value separator) {
      this.separator = separator;
    }

    @Override
    public Value call(Arguments arguments) {
      arguments.positional("joiner", 0, 0);
      if (used) {
        return separator;
      }
      used = true;
      return Str.EMPTY;
    }

    Value separator() {
      return separator;
    }

    boolean isUsed() {
      return used;
    }

    @Override
    public String typeName() {
      return "Joiner";
    }
  }
}
