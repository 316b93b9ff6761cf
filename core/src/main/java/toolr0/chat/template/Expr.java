package toolr0.chat.template;

import java.util.List;
import java.util.Optional;

/** An expression. */
sealed interface Expr {

  /** The template's line, from 1. */
  int line();

  record Literal(Value value, int line) implements Expr {}

  record Name(String name, int line) implements Expr {}

  record ListLiteral(List<Expr> items, int line) implements Expr {}

  record TupleLiteral(List<Expr> items, int line) implements Expr {}

  record DictLiteral(List<Pair> pairs, int line) implements Expr {}

  /** A key and its value. */
  record Pair(Expr key, Expr value) {}

  record Not(Expr operand, int line) implements Expr {}

  /** Plus or minus before an operand. */
  record Sign(String operator, Expr operand, int line) implements Expr {}

  record Binary(String operator, Expr left, Expr right, int line) implements Expr {}

  record And(Expr left, Expr right, int line) implements Expr {}

  record Or(Expr left, Expr right, int line) implements Expr {}

  /** A chain of comparisons, all of which have to hold. */
  record Compare(Expr first, List<Comparand> rest, int line) implements Expr {}

  /** An operator, {@code in} and {@code not in} among them, and what stands behind it. */
  record Comparand(String operator, Expr value) {}

  /** Texts of values one behind the other. */
  record Concat(List<Expr> parts, int line) implements Expr {}

  record Conditional(Expr test, Expr then, Optional<Expr> otherwise, int line) implements Expr {}

  record Attribute(Expr owner, String name, int line) implements Expr {}

  record Item(Expr owner, Expr key, int line) implements Expr {}

  record Slice(Expr owner, Optional<Expr> start, Optional<Expr> stop, Optional<Expr> step, int line)
      implements Expr {}

  record Call(Expr callee, CallArguments arguments, int line) implements Expr {}

  /**
   * A filter.
   *
   * @param subject empty for the content of a block
   */
  record Filter(Optional<Expr> subject, String name, CallArguments arguments, int line)
      implements Expr {}

  record Test(Expr subject, String name, CallArguments arguments, int line) implements Expr {}

  /**
   * The arguments of a call as they are written.
   *
   * @param spread behind {@code *}
   * @param spreadNamed behind {@code **}
   */
  record CallArguments(
      List<Expr> positional, List<Named> named, Optional<Expr> spread, Optional<Expr> spreadNamed) {
    static final CallArguments NONE =
        new CallArguments(List.of(), List.of(), Optional.empty(), Optional.empty());

    boolean isEmpty() {
      return positional.isEmpty() && named.isEmpty() && spread.isEmpty() && spreadNamed.isEmpty();
    }
  }

  /** An argument with its name. */
  record Named(String name, Expr value) {}
}
