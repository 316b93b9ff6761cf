package toolr0.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import toolr0.chat.template.Stmt.Body;
import toolr0.chat.template.Stmt.Signature;
import toolr0.chat.template.Stmt.Target;
import toolr0.chat.template.Token.Kind;

/** Reads statements: Jinja2's own, loop controls, and the block generation. */
final class StatementParser {
  private static final Set<String> UNSUPPORTED =
      Set.of("block", "extends", "include", "import", "from", "autoescape");
  private static final Set<String> CONSTANTS =
      Set.of("true", "false", "none", "True", "False", "None");

  private final TokenStream stream;
  private final ExpressionParser expressions;
  private int loops;

  private StatementParser(TokenStream stream) {
    this.stream = stream;
    this.expressions = new ExpressionParser(stream);
  }

  /**
   * A template as it is rendered.
   *
   * @param body its statements
   * @param hidden for every body with a scope of its own the names that it begins without
   */
  record Parsed(Body body, Function<Body, List<String>> hidden) {}

  /**
   * Reads a template.
   *
   * @throws TemplateException naming the line where it is wrong, or what is not supported
   */
  static Parsed parse(String name, String source) {
    TokenStream stream = new TokenStream(name, Lexer.tokens(name, source));
    Body body = new StatementParser(stream).body(Set.of());
    return new Parsed(body, ScopeAnalysis.hiddenNames(body, stream));
  }

  /** Statements up to one of some tags, whose name becomes the current token. */
  private Body body(Set<String> ends) {
    stream.enter();
    List<Stmt> statements = new ArrayList<>();
    while (true) {
      Token token = stream.next();
      stream.beginTag();
      switch (token.kind()) {
        case DATA -> statements.add(new Stmt.Data(Str.of(token.text()), token.line()));
        case VARIABLE_BEGIN -> {
          statements.add(new Stmt.Print(expressions.tuple(true, ""), token.line()));
          stream.expect(Kind.VARIABLE_END);
        }
        case BLOCK_BEGIN -> {
          if (stream.current().kind() == Kind.NAME && ends.contains(stream.current().text())) {
            stream.leave();
            return new Body(statements);
          }
          statement(statements, ends);
          stream.expect(Kind.BLOCK_END);
        }
        default -> {
          if (!ends.isEmpty()) {
            throw stream.error("the template ends where %s is missing".formatted(tags(ends)));
          }
          stream.leave();
          return new Body(statements);
        }
      }
    }
  }

  private static String tags(Set<String> names) {
    return String.join(" or ", names.stream().sorted().map(n -> "{% " + n + " %}").toList());
  }

  /** The body of a tag that is read up to its end; the tag that ends it is gone on from. */
  private Body block(String... ends) {
    stream.skipOperator(":");
    stream.expect(Kind.BLOCK_END);
    return body(Set.of(ends));
  }

  private Body lastBlock(String end) {
    Body body = block(end);
    stream.next();
    return body;
  }

  private void statement(List<Stmt> statements, Set<String> ends) {
    Token tag = stream.expect(Kind.NAME);
    int line = tag.line();
    switch (tag.text()) {
      case "print" -> {
        while (stream.current().kind() != Kind.BLOCK_END) {
          statements.add(new Stmt.Print(expressions.expression(), line));
          if (!stream.skipOperator(",")) {
            break;
          }
        }
      }
      case "if" -> statements.add(choice(line));
      case "for" -> statements.add(loop(line));
      case "set" -> statements.add(set(line));
      case "with" -> statements.add(with(line));
      case "macro" -> {
        String name = variable();
        List<Expr> defaults = new ArrayList<>();
        List<String> parameters = parameters(defaults);
        Body body = function("endmacro");
        statements.add(
            new Stmt.Macro(name, signature(parameters, defaults, body, line), body, line));
      }
      case "call" -> statements.add(call(line));
      case "filter" -> {
        Expr.Filter filter = expressions.filterChain();
        statements.add(new Stmt.FilterBlock(filter, lastBlock("endfilter"), line));
      }
      case "generation" -> statements.add(new Stmt.Generation(function("endgeneration"), line));
      case "break", "continue" -> {
        if (loops == 0) {
          throw stream.error(line, "'%s' outside of a loop".formatted(tag.text()));
        }
        statements.add(tag.text().equals("break") ? new Stmt.Break(line) : new Stmt.Continue(line));
      }
      default -> {
        if (UNSUPPORTED.contains(tag.text())) {
          throw stream.error(line, "not supported: the tag " + tag.text());
        }
        throw stream.error(
            line,
            "unknown tag '%s'%s"
                .formatted(
                    tag.text(),
                    ends.isEmpty() ? "" : " where %s is missing".formatted(tags(ends))));
      }
    }
  }

  private Stmt choice(int line) {
    List<Stmt.Branch> branches = new ArrayList<>();
    while (true) {
      Expr test = expressions.tuple(false, "");
      branches.add(new Stmt.Branch(test, block("elif", "else", "endif")));
      switch (stream.next().text()) {
        case "elif" -> stream.beginTag();
        case "else" -> {
          return new Stmt.If(branches, Optional.of(lastBlock("endif")), line);
        }
        default -> {
          return new Stmt.If(branches, Optional.empty(), line);
        }
      }
    }
  }

  private Stmt loop(int line) {
    Target target = targets(false, "in");
    stream.expectName("in");
    Expr elements = expressions.tuple(false, "recursive");
    Optional<Expr> test =
        stream.skipName("if") ? Optional.of(expressions.expression()) : Optional.empty();
    boolean recursive = stream.skipName("recursive");
    loops++;
    Body body = block("endfor", "else");
    loops--;
    Optional<Body> otherwise = Optional.empty();
    if (stream.next().text().equals("else")) {
      otherwise = Optional.of(lastBlock("endfor"));
    }
    Stmt.For loop = new Stmt.For(target, elements, test, recursive, body, otherwise, line);
    if (NameVisitor.sets(loop, "loop")) {
      throw stream.error(line, "a for loop cannot set the special variable loop");
    }
    return loop;
  }

  private Stmt set(int line) {
    Target target = targets(true, "");
    if (stream.skipOperator("=")) {
      return new Stmt.Set(target, expressions.tuple(true, ""), line);
    }
    Optional<Expr.Filter> filter =
        stream.skipOperator("|") ? Optional.of(expressions.filterChain()) : Optional.empty();
    return new Stmt.SetBlock(target, filter, lastBlock("endset"), line);
  }

  private Stmt with(int line) {
    List<Target> targets = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (stream.current().kind() != Kind.BLOCK_END) {
      if (!targets.isEmpty()) {
        stream.expectOperator(",");
      }
      targets.add(targets(false, ""));
      stream.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Stmt.With(targets, values, lastBlock("endwith"), line);
  }

  private Stmt call(int line) {
    List<Expr> defaults = new ArrayList<>();
    List<String> parameters = stream.current().isOperator("(") ? parameters(defaults) : List.of();
    if (!(expressions.expression() instanceof Expr.Call call)) {
      throw stream.error(line, "expected a call");
    }
    Body body = function("endcall");
    return new Stmt.CallBlock(signature(parameters, defaults, body, line), call, body, line);
  }

  /** A body that is a function of its own, so that no loop around it can be left from within. */
  private Body function(String end) {
    int around = loops;
    loops = 0;
    Body body = lastBlock(end);
    loops = around;
    return body;
  }

  private Signature signature(List<String> parameters, List<Expr> defaults, Body body, int line) {
    boolean caller = NameVisitor.reads(body, "caller");
    int explicit = parameters.indexOf("caller");
    if (caller && explicit >= 0 && explicit < parameters.size() - defaults.size()) {
      throw stream.error(line, "the parameter caller has to have a default");
    }
    return new Signature(
        parameters,
        defaults,
        caller,
        NameVisitor.reads(body, "kwargs") && !parameters.contains("kwargs"),
        NameVisitor.reads(body, "varargs") && !parameters.contains("varargs"));
  }

  private List<String> parameters(List<Expr> defaults) {
    List<String> parameters = new ArrayList<>();
    stream.expectOperator("(");
    while (!stream.current().isOperator(")")) {
      if (!parameters.isEmpty()) {
        stream.expectOperator(",");
      }
      String name = variable();
      if (parameters.contains(name)) {
        throw stream.error("the parameter '%s' is there twice".formatted(name));
      }
      parameters.add(name);
      if (stream.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw stream.error("a parameter without default follows one with a default");
      }
    }
    stream.expectOperator(")");
    return parameters;
  }

  private String variable() {
    Token token = stream.expect(Kind.NAME);
    if (CONSTANTS.contains(token.text())) {
      throw stream.error(token.line(), "can't assign to " + token.describe());
    }
    return token.text();
  }

  /** A target or several of them, up to a word that ends them. */
  private Target targets(boolean namespaces, String end) {
    List<Target> targets = new ArrayList<>();
    do {
      Token token = stream.current();
      if (!targets.isEmpty()
          && (token.kind() == Kind.BLOCK_END
              || token.isOperator(")")
              || (!end.isEmpty() && token.isName(end)))) {
        return new Target.Unpacking(targets);
      }
      targets.add(target(namespaces));
    } while (stream.skipOperator(","));
    return targets.size() == 1 ? targets.getFirst() : new Target.Unpacking(targets);
  }

  private Target target(boolean namespaces) {
    if (stream.skipOperator("(")) {
      stream.enter();
      Target inner =
          stream.current().isOperator(")") ? new Target.Unpacking(List.of()) : targets(false, "");
      stream.expectOperator(")");
      stream.leave();
      return inner;
    }
    if (stream.current().kind() != Kind.NAME) {
      throw stream.error("can't assign to " + stream.current().describe());
    }
    String name = variable();
    if (namespaces && stream.skipOperator(".")) {
      return new Target.NamespaceAttribute(name, stream.expect(Kind.NAME).text());
    }
    return new Target.Variable(name);
  }
}
