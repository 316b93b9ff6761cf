package toolr0.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toolr0.chat.template.Sequence.ListValue;
import toolr0.chat.template.Sequence.TupleValue;
import toolr0.chat.template.Value.Bool;
import toolr0.chat.template.Value.None;
import toolr0.chat.template.Value.Undefined;

/** Works out expressions. It knows the line that it is at, for messages. */
@SuppressWarnings("ReferenceEquality") // Python looks at identity before equality
final class Evaluator {
  private final Work work;
  private int line = 1;

  Evaluator(Work work) {
    this.work = work;
  }

  int line() {
    return line;
  }

  void at(int newLine) {
    line = newLine;
  }

  Value eval(Expr expression, Scope scope) {
    work.enter();
    Value value = value(expression, scope);
    work.leave();
    return value;
  }

  private Value value(Expr expression, Scope scope) {
    return switch (expression) {
      case Expr.Literal literal -> literal.value();
      case Expr.Name name -> scope.get(name.name());
      case Expr.ListLiteral list -> new ListValue(all(list.items(), scope));
      case Expr.TupleLiteral tuple -> new TupleValue(all(tuple.items(), scope));
      case Expr.DictLiteral dict -> dict(dict, scope);
      case Expr.Not not -> Bool.of(!Access.truth(eval(not.operand(), scope)));
      case Expr.And and -> {
        Value left = eval(and.left(), scope);
        yield Access.truth(left) ? eval(and.right(), scope) : left;
      }
      case Expr.Or or -> {
        Value left = eval(or.left(), scope);
        yield Access.truth(left) ? left : eval(or.right(), scope);
      }
      case Expr.Sign sign -> {
        Value operand = eval(sign.operand(), scope);
        line = sign.line();
        yield Operators.sign(sign.operator(), operand);
      }
      case Expr.Binary binary -> {
        Value left = eval(binary.left(), scope);
        Value right = eval(binary.right(), scope);
        line = binary.line();
        yield Operators.apply(work, binary.operator(), left, right);
      }
      case Expr.Compare compare -> compare(compare, scope);
      case Expr.Concat concat -> {
        Chars out = new Chars(work);
        for (Expr part : concat.parts()) {
          out.add(Repr.str(work, eval(part, scope)));
        }
        yield out.toStr();
      }
      case Expr.Conditional conditional -> conditional(conditional, scope);
      case Expr.Attribute attribute -> {
        Value owner = eval(attribute.owner(), scope);
        line = attribute.line();
        yield Access.attribute(work, owner, attribute.name());
      }
      case Expr.Item item -> {
        Value owner = eval(item.owner(), scope);
        Value key = eval(item.key(), scope);
        line = item.line();
        yield Access.item(work, owner, key);
      }
      case Expr.Slice slice -> {
        Value owner = eval(slice.owner(), scope);
        Value start = bound(slice.start(), scope);
        Value stop = bound(slice.stop(), scope);
        Value step = bound(slice.step(), scope);
        line = slice.line();
        yield Access.slice(work, owner, start, stop, step);
      }
      case Expr.Call call -> call(call, Optional.empty(), scope);
      case Expr.Filter filter ->
          filter(
              filter,
              eval(
                  filter.subject().orElseThrow(() -> new IllegalStateException("a filter block")),
                  scope),
              scope);
      case Expr.Test test -> {
        Value subject = eval(test.subject(), scope);
        Arguments arguments = arguments(test.arguments(), scope);
        line = test.line();
        yield Bool.of(BuiltinTests.apply(work, test.name(), subject, arguments));
      }
    };
  }

  private List<Value> all(List<Expr> expressions, Scope scope) {
    List<Value> values = new ArrayList<>(expressions.size());
    for (Expr expression : expressions) {
      values.add(eval(expression, scope));
    }
    return values;
  }

  private Value dict(Expr.DictLiteral dict, Scope scope) {
    Map<Value, Value> entries = new LinkedHashMap<>();
    for (Expr.Pair pair : dict.pairs()) {
      Value key = eval(pair.key(), scope);
      Value value = eval(pair.value(), scope);
      line = dict.line();
      entries.put(DictValue.hashable(key), value);
    }
    return new DictValue(entries);
  }

  private Value compare(Expr.Compare compare, Scope scope) {
    Value left = eval(compare.first(), scope);
    for (Expr.Comparand comparand : compare.rest()) {
      Value right = eval(comparand.value(), scope);
      line = compare.line();
      boolean holds =
          switch (comparand.operator()) {
            case "==" -> Comparison.equal(work, left, right);
            case "!=" -> !Comparison.equal(work, left, right);
            case "in" -> Comparison.contains(work, right, left);
            case "not in" -> !Comparison.contains(work, right, left);
            default -> Comparison.ordered(work, left, comparand.operator(), right);
          };
      if (!holds) {
        return Bool.FALSE;
      }
      left = right;
    }
    return Bool.TRUE;
  }

  private Value conditional(Expr.Conditional conditional, Scope scope) {
    if (Access.truth(eval(conditional.test(), scope))) {
      return eval(conditional.then(), scope);
    }
    if (conditional.otherwise().isPresent()) {
      return eval(conditional.otherwise().get(), scope);
    }
    return new Undefined(
        "the inline if-expression on line %d evaluated to false and no else section was defined"
            .formatted(conditional.line()));
  }

  private Value bound(Optional<Expr> bound, Scope scope) {
    return bound.isPresent() ? eval(bound.get(), scope) : None.NONE;
  }

  /**
   * Calls a value.
   *
   * @param caller the body of a call block
   */
  Value call(Expr.Call call, Optional<Callable> caller, Scope scope) {
    Value callee = eval(call.callee(), scope);
    Arguments arguments = arguments(call.arguments(), scope);
    if (caller.isPresent()) {
      Map<String, Value> named = new LinkedHashMap<>(arguments.named());
      if (named.put("caller", caller.get()) != null) {
        throw new Failure("a call block and a call both give the argument 'caller'");
      }
      arguments = new Arguments(arguments.positional(), named);
    }
    line = call.line();
    return switch (callee) {
      case Callable callable -> callable.call(arguments);
      case Undefined undefined -> throw new Failure(undefined.message());
      default -> throw new Failure("'%s' object is not callable", callee.typeName());
    };
  }

  private Arguments arguments(Expr.CallArguments written, Scope scope) {
    if (written.isEmpty()) {
      return Arguments.NONE;
    }
    List<Value> positional = all(written.positional(), scope);
    if (written.spread().isPresent()) {
      positional.addAll(Access.list(work, eval(written.spread().get(), scope)));
    }
    Map<String, Value> named = new LinkedHashMap<>();
    for (Expr.Named argument : written.named()) {
      named.put(argument.name(), eval(argument.value(), scope));
    }
    if (written.spreadNamed().isPresent()) {
      if (!(eval(written.spreadNamed().get(), scope) instanceof DictValue dict)) {
        throw new Failure("argument after ** must be a mapping");
      }
      for (Map.Entry<Value, Value> entry : dict.entries()) {
        if (!(entry.getKey() instanceof Str name)) {
          throw new Failure("keywords must be strings");
        }
        if (named.put(name.text(), entry.getValue()) != null) {
          throw new Failure("got multiple values for keyword argument '%s'", name.text());
        }
      }
    }
    return new Arguments(positional, named);
  }

  /** A chain of filters on the content of a block. */
  Value filterBlock(Expr.Filter filter, Str content, Scope scope) {
    Value subject = content;
    if (filter.subject().isPresent() && filter.subject().get() instanceof Expr.Filter inner) {
      subject = filterBlock(inner, content, scope);
    }
    return filter(filter, subject, scope);
  }

  private Value filter(Expr.Filter filter, Value subject, Scope scope) {
    Arguments arguments = arguments(filter.arguments(), scope);
    line = filter.line();
    return BuiltinFilters.apply(work, filter.name(), subject, arguments);
  }
}
