package toolr0.chat.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import toolr0.chat.template.Sequence.TupleValue;
import toolr0.chat.template.Stmt.Body;
import toolr0.chat.template.Stmt.Target;

/** Carries out the statements of one rendering. */
final class Renderer {
  private final Work work = new Work();
  private final Evaluator evaluator = new Evaluator(work);
  private final Function<Body, List<String>> hidden;
  private final Chars output = new Chars(work);
  private final List<RenderedChat.Span> generations = new ArrayList<>();

  Renderer(Function<Body, List<String>> hidden) {
    this.hidden = hidden;
  }

  /** How a body ended. */
  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  /** The work and its bounds. */
  Work work() {
    return work;
  }

  /** The line that is being rendered. */
  int line() {
    return evaluator.line();
  }

  /** Renders a template. */
  RenderedChat render(Body template, Scope variables) {
    run(template, inner(template, variables), output);
    return RenderedChat.of(output.toStr(), generations);
  }

  private Scope inner(Body body, Scope scope) {
    return scope.inner(hidden.apply(body));
  }

  private Flow run(Body body, Scope scope, Chars out) {
    work.enter();
    Flow flow = Flow.ON;
    for (Stmt statement : body.statements()) {
      flow = run(statement, scope, out);
      if (flow != Flow.ON) {
        break;
      }
    }
    work.leave();
    return flow;
  }

  private Flow run(Stmt statement, Scope scope, Chars out) {
    switch (statement) {
      case Stmt.Data data -> out.add(data.text());
      case Stmt.Print print -> {
        evaluator.at(print.line());
        out.add(Repr.str(work, evaluator.eval(print.value(), scope)));
      }
      case Stmt.If choice -> {
        return choose(choice, scope, out);
      }
      case Stmt.For loop -> {
        evaluator.at(loop.line());
        Value elements = evaluator.eval(loop.elements(), scope);
        if (!loop.recursive()) {
          return loop(loop, elements, 0, scope, out);
        }
        out.add(recursion(loop, elements, 0, scope));
      }
      case Stmt.Set set -> {
        requireNamespaces(set.target(), scope);
        evaluator.at(set.line());
        assign(set.target(), evaluator.eval(set.value(), scope), scope);
      }
      case Stmt.SetBlock set -> {
        return setBlock(set, scope);
      }
      case Stmt.With with -> {
        return with(with, scope, out);
      }
      case Stmt.Macro macro ->
          scope.set(macro.name(), function(macro.name(), macro.signature(), macro.body(), scope));
      case Stmt.CallBlock call -> {
        Callable caller = function("caller", call.signature(), call.body(), scope);
        if (!(evaluator.call(call.call(), Optional.of(caller), scope) instanceof Str text)) {
          throw new Failure("what a call block calls has to give a text");
        }
        out.add(text);
      }
      case Stmt.FilterBlock filter -> {
        return filterBlock(filter, scope, out);
      }
      case Stmt.Generation generation -> {
        Chars inside = new Chars(work);
        int start = output.length();
        run(generation.body(), inner(generation.body(), scope), inside);
        out.add(inside.toStr());
        generations.add(new RenderedChat.Span(start, start + inside.length()));
      }
      case Stmt.Break _ -> {
        return Flow.BREAK;
      }
      case Stmt.Continue _ -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.ON;
  }

  private Flow choose(Stmt.If choice, Scope scope, Chars out) {
    evaluator.at(choice.line());
    for (Stmt.Branch branch : choice.branches()) {
      if (Access.truth(evaluator.eval(branch.test(), scope))) {
        return run(branch.body(), scope, out);
      }
    }
    return choice.otherwise().isPresent() ? run(choice.otherwise().get(), scope, out) : Flow.ON;
  }

  private Flow setBlock(Stmt.SetBlock set, Scope scope) {
    requireNamespaces(set.target(), scope);
    Chars content = new Chars(work);
    Scope inner = inner(set.body(), scope);
    Flow flow = run(set.body(), inner, content);
    if (flow == Flow.ON) {
      Value value = content.toStr();
      evaluator.at(set.line());
      if (set.filter().isPresent()) {
        value = evaluator.filterBlock(set.filter().get(), content.toStr(), inner);
      }
      assign(set.target(), value, scope);
    }
    return flow;
  }

  private Flow with(Stmt.With with, Scope scope, Chars out) {
    Scope inner = inner(with.body(), scope);
    evaluator.at(with.line());
    for (int i = 0; i < with.targets().size(); i++) {
      assign(with.targets().get(i), evaluator.eval(with.values().get(i), scope), inner);
    }
    return run(with.body(), inner, out);
  }

  private Flow filterBlock(Stmt.FilterBlock filter, Scope scope, Chars out) {
    Chars content = new Chars(work);
    Scope inner = inner(filter.body(), scope);
    Flow flow = run(filter.body(), inner, content);
    if (flow == Flow.ON) {
      evaluator.at(filter.line());
      Value value = evaluator.filterBlock(filter.filter(), content.toStr(), inner);
      if (!(value instanceof Str text)) {
        throw new Failure("the filter of a block has to give a text");
      }
      out.add(text);
    }
    return flow;
  }

  private Str recursion(Stmt.For loop, Value elements, int depth, Scope scope) {
    work.enter();
    Chars out = new Chars(work);
    loop(loop, elements, depth, scope, out);
    work.leave();
    return out.toStr();
  }

  /**
   * Goes through the elements of a loop. What stands behind its {@code else} is rendered unless a
   * turn came to its end, as in Jinja2, where a turn that is broken off or continued does not
   * count.
   */
  private Flow loop(Stmt.For loop, Value elements, int depth, Scope scope, Chars out) {
    Iterator<Value> iterator = Access.iterate(work, elements);
    OptionalInt length =
        elements instanceof LazyValue ? OptionalInt.empty() : Access.length(elements);
    if (loop.test().isPresent()) {
      Expr test = loop.test().get();
      length = OptionalInt.empty();
      iterator =
          ElementFilters.filtered(
              iterator,
              element -> {
                Scope inner = scope.inner(List.of());
                assign(loop.target(), element, inner);
                return Access.truth(evaluator.eval(test, inner));
              });
    }
    LoopValue turns =
        new LoopValue(
            iterator,
            length,
            depth,
            loop.recursive()
                ? Optional.of((inner, level) -> recursion(loop, inner, level, scope))
                : Optional.empty());
    boolean completed = false;
    for (Optional<Value> turn = turns.advance(); turn.isPresent(); turn = turns.advance()) {
      work.spend(1);
      Scope inner = inner(loop.body(), scope);
      evaluator.at(loop.line());
      assign(loop.target(), turn.get(), inner);
      inner.set("loop", turns);
      Flow flow = run(loop.body(), inner, out);
      completed |= flow == Flow.ON;
      if (flow == Flow.BREAK) {
        break;
      }
    }
    if (!completed && loop.otherwise().isPresent()) {
      Body otherwise = loop.otherwise().get();
      return run(otherwise, inner(otherwise, scope), out);
    }
    return Flow.ON;
  }

  private static void requireNamespaces(Target target, Scope scope) {
    switch (target) {
      case Target.Variable _ -> {}
      case Target.NamespaceAttribute attribute -> namespace(attribute, scope);
      case Target.Unpacking unpacking ->
          unpacking.targets().forEach(t -> requireNamespaces(t, scope));
    }
  }

  private static NamespaceValue namespace(Target.NamespaceAttribute attribute, Scope scope) {
    if (scope.get(attribute.namespace()) instanceof NamespaceValue namespace) {
      return namespace;
    }
    throw new Failure(
        "cannot assign attribute on non-namespace object '%s'", attribute.namespace());
  }

  private void assign(Target target, Value value, Scope scope) {
    switch (target) {
      case Target.Variable variable -> scope.set(variable.name(), value);
      case Target.NamespaceAttribute attribute ->
          namespace(attribute, scope).attributes().put(attribute.attribute(), value);
      case Target.Unpacking unpacking -> {
        List<Value> values = Access.list(work, value);
        if (values.size() != unpacking.targets().size()) {
          throw new Failure(
              "expected %d values to unpack, got %d", unpacking.targets().size(), values.size());
        }
        for (int i = 0; i < values.size(); i++) {
          assign(unpacking.targets().get(i), values.get(i), scope);
        }
      }
    }
  }

  private Callable function(String name, Stmt.Signature signature, Body body, Scope scope) {
    return new Callable.Macro(
        name,
        signature.parameters(),
        signature.usesNamed(),
        signature.usesPositional(),
        signature.usesCaller(),
        arguments -> {
          int line = evaluator.line();
          Chars out = new Chars(work);
          run(body, bound(name, signature, arguments, inner(body, scope)), out);
          evaluator.at(line);
          return out.toStr();
        });
  }

  /** The scope of a macro's body with the arguments of a call in it. */
  private Scope bound(String name, Stmt.Signature signature, Arguments arguments, Scope scope) {
    Map<String, Value> named = new LinkedHashMap<>(arguments.named());
    List<String> parameters = signature.parameters();
    List<Value> positional = arguments.positional();
    List<Integer> missing = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      String parameter = parameters.get(i);
      Optional<Value> value =
          i < positional.size()
              ? Optional.of(positional.get(i))
              : Optional.ofNullable(named.remove(parameter));
      value.ifPresentOrElse(v -> scope.set(parameter, v), () -> scope.hide(parameter));
      if (value.isEmpty()) {
        missing.add(i);
      }
    }
    if (signature.usesCaller() && !parameters.contains("caller")) {
      scope.set(
          "caller",
          Optional.ofNullable(named.remove("caller"))
              .orElseGet(() -> new Value.Undefined("No caller defined")));
    }
    if (signature.usesNamed()) {
      scope.set("kwargs", DictValue.ofNames(named));
    } else if (!named.isEmpty()) {
      throw new Failure(
          "macro '%s' takes no keyword argument '%s'", name, named.keySet().iterator().next());
    }
    if (signature.usesPositional()) {
      int used = Math.min(parameters.size(), positional.size());
      scope.set("varargs", new TupleValue(positional.subList(used, positional.size())));
    } else if (positional.size() > parameters.size()) {
      throw new Failure("macro '%s' takes not more than %d argument(s)", name, parameters.size());
    }
    for (int i : missing) {
      Optional<Expr> otherwise = signature.defaultOf(i);
      scope.set(
          parameters.get(i),
          otherwise.isPresent()
              ? evaluator.eval(otherwise.get(), scope)
              : new Value.Undefined(
                  "parameter '%s' was not provided".formatted(parameters.get(i))));
    }
    return scope;
  }
}
