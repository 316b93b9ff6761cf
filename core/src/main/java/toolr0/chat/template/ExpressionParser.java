package toolr0.chat.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import toolr0.chat.template.Expr.CallArguments;
import toolr0.chat.template.Token.Kind;
import toolr0.chat.template.Value.Bool;
import toolr0.chat.template.Value.Int;
import toolr0.chat.template.Value.None;
import toolr0.chat.template.Value.Real;

/** Reads expressions, with Jinja2's precedence. */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> PRODUCTS = Set.of("*", "/", "//", "%");

  private final TokenStream stream;

  ExpressionParser(TokenStream stream) {
    this.stream = stream;
  }

  Expr expression() {
    stream.enter();
    int line = stream.line();
    Expr value = or();
    while (stream.skipName("if")) {
      stream.operator();
      Expr test = or();
      Optional<Expr> otherwise =
          stream.skipName("else") ? Optional.of(expression()) : Optional.empty();
      value = new Expr.Conditional(test, value, otherwise, line);
    }
    stream.leave();
    return value;
  }

  /**
   * An expression, or a tuple of several without parentheses.
   *
   * @param conditional whether {@code if} belongs to the expressions
   * @param end a word that ends the tuple, none when it is empty
   */
  Expr tuple(boolean conditional, String end) {
    return tuple(conditional, end, false);
  }

  private Expr tuple(boolean conditional, String end, boolean mayBeEmpty) {
    int line = stream.line();
    List<Expr> items = new ArrayList<>();
    boolean isTuple = false;
    while (!isTupleEnd(end)) {
      items.add(conditional ? expression() : nested(this::or));
      if (!stream.current().isOperator(",")) {
        break;
      }
      stream.next();
      isTuple = true;
    }
    if (!isTuple && items.size() == 1) {
      return items.getFirst();
    }
    if (items.isEmpty() && (isTuple || !mayBeEmpty)) {
      throw stream.error("expected an expression, got " + stream.current().describe());
    }
    return new Expr.TupleLiteral(items, line);
  }

  private boolean isTupleEnd(String end) {
    Token token = stream.current();
    return token.kind() == Kind.VARIABLE_END
        || token.kind() == Kind.BLOCK_END
        || token.isOperator(")")
        || (!end.isEmpty() && token.isName(end));
  }

  private Expr nested(Supplier<Expr> parser) {
    stream.enter();
    Expr value = parser.get();
    stream.leave();
    return value;
  }

  private Expr or() {
    Expr left = and();
    while (stream.current().isName("or")) {
      int line = stream.next().line();
      stream.operator();
      left = new Expr.Or(left, and(), line);
    }
    return left;
  }

  private Expr and() {
    Expr left = not();
    while (stream.current().isName("and")) {
      int line = stream.next().line();
      stream.operator();
      left = new Expr.And(left, not(), line);
    }
    return left;
  }

  private Expr not() {
    if (stream.current().isName("not")) {
      int line = stream.next().line();
      return new Expr.Not(nested(this::not), line);
    }
    return compare();
  }

  private Expr compare() {
    int line = stream.line();
    Expr first = sum();
    List<Expr.Comparand> rest = new ArrayList<>();
    while (true) {
      Token token = stream.current();
      if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
        stream.next();
        rest.add(new Expr.Comparand(token.text(), sum()));
      } else if (stream.skipName("in")) {
        rest.add(new Expr.Comparand("in", sum()));
      } else if (token.isName("not") && stream.look().isName("in")) {
        stream.next();
        stream.next();
        rest.add(new Expr.Comparand("not in", sum()));
      } else {
        return rest.isEmpty() ? first : new Expr.Compare(first, rest, line);
      }
    }
  }

  private Expr sum() {
    Expr left = concat();
    while (stream.current().isOperator("+") || stream.current().isOperator("-")) {
      Token operator = stream.next();
      stream.operator();
      left = new Expr.Binary(operator.text(), left, concat(), operator.line());
    }
    return left;
  }

  private Expr concat() {
    int line = stream.line();
    List<Expr> parts = new ArrayList<>();
    do {
      parts.add(product());
    } while (stream.skipOperator("~"));
    return parts.size() == 1 ? parts.getFirst() : new Expr.Concat(parts, line);
  }

  private Expr product() {
    Expr left = power();
    while (stream.current().kind() == Kind.OPERATOR && PRODUCTS.contains(stream.current().text())) {
      Token operator = stream.next();
      stream.operator();
      left = new Expr.Binary(operator.text(), left, power(), operator.line());
    }
    return left;
  }

  private Expr power() {
    Expr left = unary(true);
    while (stream.current().isOperator("**")) {
      int line = stream.next().line();
      stream.operator();
      left = power(left, unary(true), line);
    }
    return left;
  }

  /**
   * A power. Jinja2 writes a negative constant before a variable exponent without parentheses, so
   * that Python takes the minus for one of the whole power.
   */
  private static Expr power(Expr base, Expr exponent, int line) {
    return base instanceof Expr.Sign sign
            && sign.operator().equals("-")
            && isConstant(sign.operand())
            && !isConstant(exponent)
        ? new Expr.Sign("-", new Expr.Binary("**", sign.operand(), exponent, line), line)
        : new Expr.Binary("**", base, exponent, line);
  }

  private static boolean isConstant(Expr expression) {
    return switch (expression) {
      case Expr.Literal _ -> true;
      case Expr.Sign sign -> isConstant(sign.operand());
      case Expr.Binary binary -> isConstant(binary.left()) && isConstant(binary.right());
      default -> false;
    };
  }

  private Expr unary(boolean withFilters) {
    Token token = stream.current();
    Expr value;
    if (token.isOperator("-") || token.isOperator("+")) {
      stream.next();
      value = new Expr.Sign(token.text(), nested(() -> unary(false)), token.line());
    } else {
      value = primary();
    }
    value = postfix(value);
    return withFilters ? filtersAndTests(value) : value;
  }

  private Expr primary() {
    Token token = stream.next();
    int line = token.line();
    return switch (token.kind()) {
      case NAME ->
          switch (token.text()) {
            case "true", "True" -> new Expr.Literal(Bool.TRUE, line);
            case "false", "False" -> new Expr.Literal(Bool.FALSE, line);
            case "none", "None" -> new Expr.Literal(None.NONE, line);
            default -> new Expr.Name(token.text(), line);
          };
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (stream.current().kind() == Kind.STRING) {
          text.append(stream.next().text());
        }
        yield new Expr.Literal(Str.of(text.toString()), line);
      }
      case INTEGER -> new Expr.Literal(integer(token), line);
      case FLOAT ->
          new Expr.Literal(new Real(Double.parseDouble(token.text().replace("_", ""))), line);
      case OPERATOR ->
          switch (token.text()) {
            case "(" -> {
              Expr value = nested(() -> tuple(true, "", true));
              stream.expectOperator(")");
              yield value;
            }
            case "[" -> nested(() -> list(line));
            case "{" -> nested(() -> dict(line));
            default -> throw unexpected(token);
          };
      default -> throw unexpected(token);
    };
  }

  private TemplateException unexpected(Token token) {
    return stream.error(token.line(), "unexpected " + token.describe());
  }

  private Value integer(Token token) {
    String digits = token.text().replace("_", "");
    if (digits.length() > Numbers.MAX_DIGITS) {
      throw stream.error(token.line(), "an integer has too many digits");
    }
    char base = digits.length() > 1 ? Character.toLowerCase(digits.charAt(1)) : '0';
    int radix = base == 'x' ? 16 : base == 'o' ? 8 : base == 'b' ? 2 : 10;
    return new Int(new BigInteger(radix == 10 ? digits : digits.substring(2), radix));
  }

  private Expr list(int line) {
    List<Expr> items = new ArrayList<>();
    while (!stream.current().isOperator("]")) {
      items.add(expression());
      if (!stream.skipOperator(",")) {
        break;
      }
    }
    stream.expectOperator("]");
    return new Expr.ListLiteral(items, line);
  }

  private Expr dict(int line) {
    List<Expr.Pair> pairs = new ArrayList<>();
    while (!stream.current().isOperator("}")) {
      Expr key = expression();
      stream.expectOperator(":");
      pairs.add(new Expr.Pair(key, expression()));
      if (!stream.skipOperator(",")) {
        break;
      }
    }
    stream.expectOperator("}");
    return new Expr.DictLiteral(pairs, line);
  }

  private Expr postfix(Expr start) {
    Expr value = start;
    while (true) {
      Token token = stream.current();
      if (token.isOperator(".")) {
        value = attribute(value);
      } else if (token.isOperator("[")) {
        value = subscript(value);
      } else if (token.isOperator("(")) {
        value = new Expr.Call(value, callArguments(), token.line());
      } else {
        return value;
      }
      stream.operator();
    }
  }

  private Expr filtersAndTests(Expr start) {
    Expr value = start;
    while (true) {
      Token token = stream.current();
      if (token.isOperator("|")) {
        stream.next();
        value = filter(Optional.of(value));
      } else if (token.isName("is")) {
        value = test(value);
      } else if (token.isOperator("(")) {
        value = new Expr.Call(value, callArguments(), token.line());
      } else {
        return value;
      }
      stream.operator();
    }
  }

  private Expr attribute(Expr owner) {
    int line = stream.next().line();
    Token name = stream.next();
    return switch (name.kind()) {
      case NAME -> new Expr.Attribute(owner, name.text(), line);
      case INTEGER -> new Expr.Item(owner, new Expr.Literal(integer(name), line), line);
      default ->
          throw stream.error(
              name.line(), "expected a name or number behind '.', got " + name.describe());
    };
  }

  private Expr subscript(Expr owner) {
    int line = stream.next().line();
    stream.enter();
    List<Expr> keys = new ArrayList<>();
    Optional<Expr> start = Optional.empty();
    if (!stream.current().isOperator(":")) {
      do {
        keys.add(expression());
      } while (stream.skipOperator(","));
      start = Optional.of(keys.getFirst());
    }
    Expr result;
    if (stream.current().isOperator(":") && keys.size() < 2) {
      result = slice(owner, start, line);
    } else {
      result =
          new Expr.Item(
              owner, keys.size() == 1 ? keys.getFirst() : new Expr.TupleLiteral(keys, line), line);
    }
    if (stream.current().isOperator(":") || stream.current().isOperator(",")) {
      throw stream.error("not supported: slices among several subscripts");
    }
    stream.expectOperator("]");
    stream.leave();
    return result;
  }

  private Expr slice(Expr owner, Optional<Expr> start, int line) {
    stream.expectOperator(":");
    Optional<Expr> stop = bound();
    Optional<Expr> step = stream.skipOperator(":") ? bound() : Optional.empty();
    return new Expr.Slice(owner, start, stop, step, line);
  }

  private Optional<Expr> bound() {
    Token token = stream.current();
    return token.isOperator(":") || token.isOperator("]") || token.isOperator(",")
        ? Optional.empty()
        : Optional.of(expression());
  }

  private CallArguments callArguments() {
    stream.expectOperator("(");
    stream.enter();
    List<Expr> positional = new ArrayList<>();
    List<Expr.Named> named = new ArrayList<>();
    Optional<Expr> spread = Optional.empty();
    Optional<Expr> spreadNamed = Optional.empty();
    while (!stream.current().isOperator(")")) {
      Token token = stream.current();
      boolean inOrder;
      if (stream.skipOperator("*")) {
        inOrder = spread.isEmpty() && spreadNamed.isEmpty();
        spread = Optional.of(expression());
      } else if (stream.skipOperator("**")) {
        inOrder = spreadNamed.isEmpty();
        spreadNamed = Optional.of(expression());
      } else if (token.kind() == Kind.NAME && stream.look().isOperator("=")) {
        inOrder =
            spreadNamed.isEmpty() && named.stream().noneMatch(n -> n.name().equals(token.text()));
        stream.next();
        stream.next();
        named.add(new Expr.Named(token.text(), expression()));
      } else {
        inOrder = spread.isEmpty() && spreadNamed.isEmpty() && named.isEmpty();
        positional.add(expression());
      }
      if (!inOrder) {
        throw stream.error(token.line(), "the arguments of a call are out of order or repeated");
      }
      if (!stream.skipOperator(",")) {
        break;
      }
    }
    stream.expectOperator(")");
    stream.leave();
    return new CallArguments(positional, named, spread, spreadNamed);
  }

  /** A filter, from its name on. */
  Expr.Filter filter(Optional<Expr> subject) {
    int line = stream.line();
    String name = dottedName();
    CallArguments arguments =
        stream.current().isOperator("(") ? callArguments() : CallArguments.NONE;
    return new Expr.Filter(subject, name, arguments, line);
  }

  /** A chain of filters on the content of a block, from the first one's name on. */
  Expr.Filter filterChain() {
    Expr.Filter filter = filter(Optional.empty());
    while (stream.skipOperator("|")) {
      stream.operator();
      filter = filter(Optional.of(filter));
    }
    return filter;
  }

  private String dottedName() {
    StringBuilder name = new StringBuilder(stream.expect(Kind.NAME).text());
    while (stream.skipOperator(".")) {
      name.append('.').append(stream.expect(Kind.NAME).text());
    }
    return name.toString();
  }

  private Expr test(Expr subject) {
    int line = stream.next().line();
    boolean negated = stream.skipName("not");
    String name = dottedName();
    Token token = stream.current();
    CallArguments arguments = CallArguments.NONE;
    if (token.isOperator("(")) {
      arguments = callArguments();
    } else if (beginsOperand(token)) {
      if (token.isName("is")) {
        throw stream.error("tests cannot be chained with is");
      }
      Expr operand = nested(() -> postfix(primary()));
      arguments =
          new CallArguments(List.of(operand), List.of(), Optional.empty(), Optional.empty());
    }
    Expr test = new Expr.Test(subject, name, arguments, line);
    return negated ? new Expr.Not(test, line) : test;
  }

  private static boolean beginsOperand(Token token) {
    return switch (token.kind()) {
      case NAME -> !Set.of("else", "or", "and").contains(token.text());
      case STRING, INTEGER, FLOAT -> true;
      case OPERATOR -> token.text().equals("[") || token.text().equals("{");
      default -> false;
    };
  }
}
