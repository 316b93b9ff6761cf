package toolr0.tool;

import java.math.BigInteger;
import java.util.Optional;
import toolr0.base.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BigIntegerNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Reads the literals that language models write where JSON was asked for, in one pass over the
 * text. A tuple becomes a list. Text that is no literal of the grammar gives no value; nothing is
 * thrown.
 */
final class LiteralReader {

  /** Which literals are read. */
  enum Grammar {
    /**
     * JSON in which {@code True}, {@code False} and {@code None} also stand for true, false and
     * null.
     */
    JSON_WITH_PYTHON_CONSTANTS,
    /** JSON as {@link PythonJson} has it. */
    PYTHON_JSON,
    /** Python literals: either quote, tuples, trailing commas, comments, a sign before a number. */
    PYTHON
  }

  private static final int MAX_DEPTH = Json.MAX_DEPTH;
  private static final int MAX_DIGITS = 1000;

  private final String text;
  private final Grammar grammar;
  private int at;
  private int depth;
  private boolean tuple;

  private LiteralReader(String text, Grammar grammar) {
    this.text = text;
    this.grammar = grammar;
  }

  /** The value of a text that is one literal and nothing else but white space around it. */
  static Optional<JsonNode> read(String text, Grammar grammar) {
    try {
      return Optional.of(new LiteralReader(text, grammar).document());
    } catch (NotALiteral e) {
      return Optional.empty();
    }
  }

  /** Whether a Python literal is a tuple as a whole; the text is known to be a literal. */
  static boolean isTuple(String text) {
    LiteralReader reader = new LiteralReader(text, Grammar.PYTHON);
    try {
      reader.document();
    } catch (NotALiteral e) {
      return false;
    }
    return reader.tuple;
  }

  private JsonNode document() throws NotALiteral {
    skipSpace();
    JsonNode first = value();
    skipSpace();
    if (grammar == Grammar.PYTHON && at < text.length() && text.charAt(at) == ',') {
      ArrayNode elements = Json.array();
      elements.add(first);
      at++;
      restOfTuple(elements);
      first = elements;
      tuple = true;
    }
    if (at < text.length()) {
      throw NotALiteral.INSTANCE;
    }
    return first;
  }

  private void restOfTuple(ArrayNode tuple) throws NotALiteral {
    skipSpace();
    while (at < text.length()) {
      tuple.add(value());
      skipSpace();
      if (at < text.length()) {
        expect(',');
        skipSpace();
      }
    }
  }

  private JsonNode value() throws NotALiteral {
    char c = peek();
    return switch (c) {
      case '{' -> nested(this::object);
      case '[' -> nested(() -> sequence(']'));
      case '(' -> {
        requirePython();
        yield nested(this::parenthesised);
      }
      case '"' -> StringNode.valueOf(string());
      case '\'' -> {
        requirePython();
        yield StringNode.valueOf(string());
      }
      case '+', '-' -> signedNumber();
      default -> {
        if (isDigit(c) || c == '.') {
          yield number(false);
        }
        yield constant();
      }
    };
  }

  private interface Rule {
    JsonNode read() throws NotALiteral;
  }

  private JsonNode nested(Rule rule) throws NotALiteral {
    if (++depth > MAX_DEPTH) {
      throw NotALiteral.INSTANCE;
    }
    at++;
    JsonNode node = rule.read();
    depth--;
    return node;
  }

  private JsonNode object() throws NotALiteral {
    ObjectNode object = Json.object();
    skipSpace();
    while (peek() != '}') {
      if (grammar != Grammar.PYTHON && peek() != '"') {
        throw NotALiteral.INSTANCE;
      }
      if (peek() != '"' && peek() != '\'') {
        throw NotALiteral.INSTANCE;
      }
      String key = string();
      skipSpace();
      expect(':');
      skipSpace();
      object.set(key, value());
      skipSpace();
      if (peek() == '}') {
        break;
      }
      expect(',');
      skipSpace();
      if (grammar != Grammar.PYTHON && peek() == '}') {
        throw NotALiteral.INSTANCE;
      }
    }
    at++;
    return object;
  }

  private JsonNode sequence(char close) throws NotALiteral {
    ArrayNode list = Json.array();
    skipSpace();
    while (peek() != close) {
      list.add(value());
      skipSpace();
      if (peek() == close) {
        break;
      }
      expect(',');
      skipSpace();
      if (grammar != Grammar.PYTHON && peek() == close) {
        throw NotALiteral.INSTANCE;
      }
    }
    at++;
    return list;
  }

  private JsonNode parenthesised() throws NotALiteral {
    skipSpace();
    if (peek() == ')') {
      at++;
      return Json.array();
    }
    JsonNode first = value();
    skipSpace();
    if (peek() == ')') {
      at++;
      return first;
    }
    expect(',');
    ArrayNode elements = Json.array();
    elements.add(first);
    JsonNode rest = sequence(')');
    rest.values().forEach(elements::add);
    tuple |= depth == 1;
    return elements;
  }

  private String string() throws NotALiteral {
    char quote = text.charAt(at);
    at++;
    StringBuilder out = new StringBuilder();
    while (true) {
      char c = peek();
      at++;
      if (c == quote) {
        return out.toString();
      }
      if (c == '\\') {
        escape(out);
      } else if (c == '\n' || c == '\r' || (c < 0x20 && grammar != Grammar.PYTHON) || c == 0) {
        throw NotALiteral.INSTANCE;
      } else {
        out.append(c);
      }
    }
  }

  private void escape(StringBuilder out) throws NotALiteral {
    char c = peek();
    at++;
    switch (c) {
      case '"', '\\' -> out.append(c);
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'u' -> out.append((char) hex(4));
      default -> {
        if (grammar == Grammar.PYTHON) {
          pythonEscape(c, out);
        } else if (c == '/') {
          out.append(c);
        } else {
          throw NotALiteral.INSTANCE;
        }
      }
    }
  }

  private void pythonEscape(char c, StringBuilder out) throws NotALiteral {
    switch (c) {
      case '\'' -> out.append(c);
      case 'a' -> out.append('\u0007');
      case 'v' -> out.append('\u000b');
      case '\n' -> {}
      case 'x' -> out.append((char) hex(2));
      case 'U' -> {
        int codePoint = hex(8);
        if (!Character.isValidCodePoint(codePoint)) {
          throw NotALiteral.INSTANCE;
        }
        out.appendCodePoint(codePoint);
      }
      case 'N' -> throw NotALiteral.INSTANCE;
      default -> {
        if (c >= '0' && c <= '7') {
          int value = c - '0';
          for (int i = 0; i < 2 && at < text.length() && isOctal(text.charAt(at)); i++) {
            value = value * 8 + text.charAt(at) - '0';
            at++;
          }
          out.append((char) value);
        } else {
          out.append('\\').append(c);
        }
      }
    }
  }

  private int hex(int digits) throws NotALiteral {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      char c = peek();
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw NotALiteral.INSTANCE;
      }
      value = value * 16 + digit;
      at++;
    }
    return value;
  }

  private JsonNode signedNumber() throws NotALiteral {
    boolean negative = text.charAt(at) == '-';
    if (!negative) {
      requirePython();
    }
    at++;
    if (grammar == Grammar.PYTHON) {
      skipSpace();
    }
    char c = peek();
    if (c == 'I') {
      constant();
      return nonFinite(Double.NEGATIVE_INFINITY);
    }
    if (!isDigit(c) && c != '.') {
      throw NotALiteral.INSTANCE;
    }
    return number(negative);
  }

  private JsonNode number(boolean negative) throws NotALiteral {
    int start = at;
    boolean python = grammar == Grammar.PYTHON;
    int wholeDigits = digits();
    boolean fraction = false;
    int fractionDigits = 0;
    if (at < text.length() && text.charAt(at) == '.') {
      fraction = true;
      at++;
      fractionDigits = digits();
    }
    if (python ? wholeDigits + fractionDigits == 0 : wholeDigits == 0) {
      throw NotALiteral.INSTANCE;
    }
    if (!python && fraction && fractionDigits == 0) {
      throw NotALiteral.INSTANCE;
    }
    boolean exponent = at < text.length() && (text.charAt(at) | 32) == 'e';
    if (exponent) {
      at++;
      if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      if (digits() == 0) {
        throw NotALiteral.INSTANCE;
      }
    }
    if (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
      throw NotALiteral.INSTANCE;
    }
    String digits = text.substring(start, at);
    if (digits.length() > MAX_DIGITS) {
      throw NotALiteral.INSTANCE;
    }
    if (fraction || exponent) {
      if (!python && wholeDigits > 1 && digits.charAt(0) == '0') {
        throw NotALiteral.INSTANCE;
      }
      double value = Double.parseDouble(negative ? "-" + digits : digits);
      return Double.isFinite(value) ? DoubleNode.valueOf(value) : nonFinite(value);
    }
    if (digits.length() > 1 && digits.charAt(0) == '0' && !(python && isZeros(digits))) {
      throw NotALiteral.INSTANCE;
    }
    return integer(new BigInteger(negative ? "-" + digits : digits));
  }

  private static JsonNode integer(BigInteger value) {
    if (value.bitLength() < 32) {
      return IntNode.valueOf(value.intValueExact());
    }
    if (value.bitLength() < 64) {
      return LongNode.valueOf(value.longValueExact());
    }
    return BigIntegerNode.valueOf(value);
  }

  private int digits() {
    int start = at;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    return at - start;
  }

  private JsonNode constant() throws NotALiteral {
    int start = at;
    while (at < text.length() && Character.isLetter(text.charAt(at))) {
      at++;
    }
    if (at < text.length()
        && (text.charAt(at) == '_' || Character.isLetterOrDigit(text.charAt(at)))) {
      throw NotALiteral.INSTANCE;
    }
    return switch (text.substring(start, at)) {
      case "True" -> pythonConstant(BooleanNode.TRUE);
      case "False" -> pythonConstant(BooleanNode.FALSE);
      case "None" -> pythonConstant(NullNode.getInstance());
      case "NaN" -> nonFinite(Double.NaN);
      case "Infinity" -> nonFinite(Double.POSITIVE_INFINITY);
      case "true" -> jsonConstant(BooleanNode.TRUE);
      case "false" -> jsonConstant(BooleanNode.FALSE);
      case "null" -> jsonConstant(NullNode.getInstance());
      default -> throw NotALiteral.INSTANCE;
    };
  }

  private JsonNode pythonConstant(JsonNode node) throws NotALiteral {
    if (grammar == Grammar.PYTHON_JSON) {
      throw NotALiteral.INSTANCE;
    }
    return node;
  }

  private JsonNode nonFinite(double value) throws NotALiteral {
    if (grammar != Grammar.PYTHON_JSON) {
      throw NotALiteral.INSTANCE;
    }
    return DoubleNode.valueOf(value);
  }

  private JsonNode jsonConstant(JsonNode node) throws NotALiteral {
    if (grammar == Grammar.PYTHON) {
      throw NotALiteral.INSTANCE;
    }
    return node;
  }

  private void skipSpace() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        at++;
      } else if (c == '\f' && grammar == Grammar.PYTHON) {
        at++;
      } else if (c == '#' && grammar == Grammar.PYTHON) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else {
        return;
      }
    }
  }

  private void requirePython() throws NotALiteral {
    if (grammar != Grammar.PYTHON) {
      throw NotALiteral.INSTANCE;
    }
  }

  private char peek() throws NotALiteral {
    if (at >= text.length()) {
      throw NotALiteral.INSTANCE;
    }
    return text.charAt(at);
  }

  private void expect(char c) throws NotALiteral {
    if (peek() != c) {
      throw NotALiteral.INSTANCE;
    }
    at++;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isOctal(char c) {
    return c >= '0' && c <= '7';
  }

  private static boolean isZeros(String digits) {
    return digits.chars().allMatch(c -> c == '0');
  }

  /**
   * Ends the reading of a text that is no literal; it carries no trace, since it never leaves this
   * class.
   */
  private static final class NotALiteral extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("StaticAssignmentOfThrowable")
    static final NotALiteral INSTANCE = new NotALiteral();

    private NotALiteral() {
      super("not a literal", null, false, false);
    }
  }
}
