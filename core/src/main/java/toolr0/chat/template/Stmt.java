package toolr0.chat.template;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A statement. */
sealed interface Stmt {

  /** Statements in order; what is set in a body with a scope of its own stays there. */
  record Body(List<Stmt> statements) {}

  /** Text of the template. */
  record Data(Str text, int line) implements Stmt {}

  /** Prints the text of a value. */
  record Print(Expr value, int line) implements Stmt {}

  /** Branches, of which the first whose test holds is taken. */
  record If(List<Branch> branches, Optional<Body> otherwise, int line) implements Stmt {}

  record Branch(Expr test, Body body) {}

  /**
   * A for loop.
   *
   * @param test which elements count
   * @param otherwise what is rendered when no turn of the loop came to its end
   */
  record For(
      Target target,
      Expr elements,
      Optional<Expr> test,
      boolean recursive,
      Body body,
      Optional<Body> otherwise,
      int line)
      implements Stmt {}

  record Set(Target target, Expr value, int line) implements Stmt {}

  /** Sets a target to what a body prints. */
  record SetBlock(Target target, Optional<Expr.Filter> filter, Body body, int line)
      implements Stmt {}

  record With(List<Target> targets, List<Expr> values, Body body, int line) implements Stmt {}

  record Macro(String name, Signature signature, Body body, int line) implements Stmt {}

  /** Calls a macro that may call the body back. */
  record CallBlock(Signature signature, Expr.Call call, Body body, int line) implements Stmt {}

  record FilterBlock(Expr.Filter filter, Body body, int line) implements Stmt {}

  /** What the assistant says, as far as the template marks it. */
  record Generation(Body body, int line) implements Stmt {}

  record Break(int line) implements Stmt {}

  record Continue(int line) implements Stmt {}

  /**
   * The parameters of a macro.
   *
   * @param defaults of the last parameters
   * @param usesCaller whether the body speaks of {@code caller}
   * @param usesNamed whether the body speaks of {@code kwargs}, further named arguments
   * @param usesPositional whether the body speaks of {@code varargs}, further arguments
   */
  record Signature(
      List<String> parameters,
      List<Expr> defaults,
      boolean usesCaller,
      boolean usesNamed,
      boolean usesPositional) {

    /** The names beside the parameters that the body may read. */
    List<String> specials() {
      return Stream.of(
              usesCaller ? "caller" : "",
              usesNamed ? "kwargs" : "",
              usesPositional ? "varargs" : "")
          .filter(name -> !name.isEmpty())
          .toList();
    }

    /** The default of a parameter, empty when it has none. */
    Optional<Expr> defaultOf(int parameter) {
      int place = parameter - parameters.size() + defaults.size();
      return place >= 0 ? Optional.of(defaults.get(place)) : Optional.empty();
    }
  }

  /** What a value is assigned to. */
  sealed interface Target {
    record Variable(String name) implements Target {}

    /** An attribute of a namespace. */
    record NamespaceAttribute(String namespace, String attribute) implements Target {}

    /** Several targets, each of which gets one element. */
    record Unpacking(List<Target> targets) implements Target {}
  }
}
