package toolr0.chat.template;

import java.util.List;
import toolr0.chat.template.Token.Kind;

/** The tokens of a template, one after the other, and how much of them nests in each other. */
final class TokenStream {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_OPERATORS = 300;

  private final String name;
  private final List<Token> tokens;
  private int at;
  private int depth;
  private int operators;

  TokenStream(String name, List<Token> tokens) {
    this.name = name;
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(at);
  }

  /** The token behind the current one. */
  Token look() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  int line() {
    return current().line();
  }

  /** The current token; goes on to the next. */
  Token next() {
    Token token = current();
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  boolean skipOperator(String operator) {
    boolean found = current().isOperator(operator);
    if (found) {
      next();
    }
    return found;
  }

  boolean skipName(String word) {
    boolean found = current().isName(word);
    if (found) {
      next();
    }
    return found;
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw error("expected '%s', got %s".formatted(operator, current().describe()));
    }
  }

  void expectName(String word) {
    if (!skipName(word)) {
      throw error("expected '%s', got %s".formatted(word, current().describe()));
    }
  }

  Token expect(Kind kind) {
    if (current().kind() != kind) {
      throw error(
          "expected %s, got %s"
              .formatted(
                  kind == Kind.NAME ? "a name" : new Token(kind, "", 0).describe(),
                  current().describe()));
    }
    return next();
  }

  /** Enters a construct that may hold others of its kind. */
  void enter() {
    if (++depth > MAX_DEPTH) {
      throw error("not supported: expressions or blocks nested deeper than " + MAX_DEPTH);
    }
  }

  void leave() {
    depth--;
  }

  /** Begins a tag, whose operators are counted. */
  void beginTag() {
    operators = 0;
  }

  /** Counts an operator: each of a chain nests the ones before it. */
  void operator() {
    if (++operators > MAX_OPERATORS) {
      throw error("not supported: more than " + MAX_OPERATORS + " operators in one tag");
    }
  }

  TemplateException error(String problem) {
    return error(line(), problem);
  }

  TemplateException error(int line, String problem) {
    return new TemplateException(name, line, problem);
  }
}
