package toolr0.chat.template;

/** The escapes of a text literal, as Python's codec unicode-escape reads them. */
final class StringLiteral {
  private final String literal;
  private final StringBuilder out = new StringBuilder();
  private int at;

  private StringLiteral(String literal) {
    this.literal = literal;
  }

  /**
   * The text that a literal without its quotes stands for.
   *
   * @throws Failure when an escape is cut off or names no character
   */
  static String unescape(String literal) {
    return literal.indexOf('\\') < 0 ? literal : new StringLiteral(literal).run();
  }

  private String run() {
    while (at < literal.length()) {
      int c = next();
      if (c != '\\') {
        out.appendCodePoint(c);
      } else {
        escape(next());
      }
    }
    return out.toString();
  }

  private int next() {
    int c = literal.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  private void escape(int c) {
    switch (c) {
      case '\n' -> {}
      case '\\', '\'', '"' -> out.appendCodePoint(c);
      case 'a' -> out.append('\u0007');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'v' -> out.append('\u000b');
      case 'x' -> hex(2);
      case 'u' -> hex(4);
      case 'U' -> hex(8);
      case 'N' -> named();
      case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(c - '0');
      default -> {
        out.append('\\');
        if (c < 128) {
          out.appendCodePoint(c);
        } else {
          out.append(Repr.code(c), 1, Repr.code(c).length());
        }
      }
    }
  }

  private void hex(int digits) {
    int end = at + digits;
    int value = 0;
    for (; at < end; at++) {
      int digit = at < literal.length() ? Character.digit(literal.charAt(at), 16) : -1;
      if (digit < 0 || literal.charAt(at) > 'f') {
        throw new Failure("an escape of a text literal lacks hexadecimal digits");
      }
      value = 16 * value + digit;
    }
    if (!Character.isValidCodePoint(value)) {
      throw new Failure("an escape of a text literal is no character");
    }
    out.appendCodePoint(value);
  }

  private void octal(int first) {
    int value = first;
    for (int i = 0; i < 2 && at < literal.length(); i++) {
      int digit = literal.charAt(at) - '0';
      if (digit < 0 || digit > 7) {
        break;
      }
      value = 8 * value + digit;
      at++;
    }
    out.appendCodePoint(value);
  }

  private void named() {
    int end = literal.indexOf('}', at);
    if (end < 0 || literal.charAt(at) != '{') {
      throw new Failure("malformed \\N character escape");
    }
    String character = literal.substring(at + 1, end);
    try {
      out.appendCodePoint(Character.codePointOf(character));
    } catch (IllegalArgumentException e) {
      throw new Failure("unknown Unicode character name '%s'", character);
    }
    at = end + 1;
  }
}
