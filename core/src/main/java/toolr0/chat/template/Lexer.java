package toolr0.chat.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toolr0.base.Text;
import toolr0.chat.template.Token.Kind;

/**
 * Cuts a template into tokens, with Jinja2's rules for white space around tags where trim_blocks
 * and lstrip_blocks are on: a newline behind a block or comment goes, and so do blanks before one
 * that begins its line.
 */
final class Lexer {
  /** The longest source of a template; those of well-known models have up to 20,000 characters. */
  static final int MAX_LENGTH = 1_000_000;

  private static final Pattern RAW_BEGIN =
      Pattern.compile("\\{%[-+]?\\s*+raw\\s*+(?:-%\\}\\s*+|%\\})", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern RAW_END =
      Pattern.compile(
          "\\{%([-+]?)\\s*+endraw\\s*+(?:\\+%\\}|-%\\}\\s*+|%\\}\\n?)",
          Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?<!\\.)[0-9]++(?:_[0-9]++)*+"
              + "(?:(?:\\.[0-9]++(?:_[0-9]++)*+)?[eE][-+]?[0-9]++(?:_[0-9]++)*+"
              + "|\\.[0-9]++(?:_[0-9]++)*+)");
  private static final Pattern INTEGER =
      Pattern.compile(
          "0[bB](?:_?[01])++|0[oO](?:_?[0-7])++|0[xX](?:_?[0-9a-fA-F])++"
              + "|[1-9](?:_?[0-9])*+|0(?:_?0)*+");
  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final String name;
  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private boolean lineStarting = true;

  private Lexer(String name, String source) {
    this.name = name;
    this.source = source;
  }

  /**
   * The tokens of a template, {@link Kind#END} last.
   *
   * @throws TemplateException where the source is no template, or longer than {@link #MAX_LENGTH}
   */
  static List<Token> tokens(String name, String source) {
    if (source.length() > MAX_LENGTH) {
      throw new TemplateException(
          "%s: not supported: a template of more than %,d characters".formatted(name, MAX_LENGTH));
    }
    String lines = source.replace("\r\n", "\n").replace('\r', '\n');
    Lexer lexer =
        new Lexer(name, lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (at < source.length()) {
      int tag = nextTag();
      if (tag < 0) {
        data(source.substring(at));
        to(source.length());
        break;
      }
      String kind = source.substring(tag, tag + 2);
      Matcher raw = matcher(RAW_BEGIN, tag);
      boolean isRaw = kind.equals("{%") && raw.lookingAt();
      char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
      text(tag, sign, !kind.equals("{{"));
      if (isRaw) {
        to(raw.end());
        raw();
        continue;
      }
      int begin = line;
      to(tag + 2 + (sign == '-' || sign == '+' ? 1 : 0));
      switch (kind) {
        case "{#" -> comment();
        case "{{" -> tag(Kind.VARIABLE_BEGIN, Kind.VARIABLE_END, begin);
        default -> tag(Kind.BLOCK_BEGIN, Kind.BLOCK_END, begin);
      }
    }
    add(Kind.END, "", line);
  }

  private int nextTag() {
    for (int i = source.indexOf('{', at); i >= 0; i = source.indexOf('{', i + 1)) {
      char next = i + 1 < source.length() ? source.charAt(i + 1) : ' ';
      if (next == '%' || next == '{' || next == '#') {
        return i;
      }
    }
    return -1;
  }

  /** The text before a tag, as the tag's sign and place leave it. */
  private void text(int tag, char sign, boolean strippedAtLineStart) {
    String text = source.substring(at, tag);
    if (sign == '-') {
      data(withoutEnd(text, 0));
    } else if (sign != '+' && strippedAtLineStart) {
      int lineStart = text.lastIndexOf('\n') + 1;
      boolean atLineStart = lineStart > 0 || lineStarting;
      data(atLineStart && isBlank(text, lineStart) ? text.substring(0, lineStart) : text);
    } else {
      data(text);
    }
    to(tag);
    lineStarting = false;
  }

  private static boolean isBlank(String text, int from) {
    return withoutEnd(text, from).length() == from;
  }

  private static String withoutEnd(String text, int least) {
    int end = text.length();
    while (end > least && Text.isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  private void data(String text) {
    if (!text.isEmpty()) {
      add(Kind.DATA, text, line);
    }
  }

  private void raw() {
    Matcher end = RAW_END.matcher(source);
    if (!end.find(at)) {
      throw error("the end of a raw block is missing");
    }
    String sign = end.group(1);
    text(end.start(), sign.isEmpty() ? ' ' : sign.charAt(0), true);
    to(end.end());
    lineStarting = source.charAt(at - 1) == '\n';
  }

  private void comment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw error("the end of a comment is missing");
    }
    boolean strips = end > at && source.charAt(end - 1) == '-';
    boolean keeps = end > at && source.charAt(end - 1) == '+';
    to(end + 2);
    afterTag(strips, !keeps);
  }

  /** What a tag's end takes from the text behind it. */
  private void afterTag(boolean strips, boolean trimsNewline) {
    int end = at;
    if (strips) {
      while (end < source.length() && Text.isSpace(source.charAt(end))) {
        end++;
      }
    } else if (trimsNewline && end < source.length() && source.charAt(end) == '\n') {
      end++;
    }
    to(end);
    lineStarting = source.charAt(at - 1) == '\n';
  }

  private void tag(Kind begin, Kind end, int beginLine) {
    add(begin, "", beginLine);
    String close = end == Kind.VARIABLE_END ? "}}" : "%}";
    Deque<String> open = new ArrayDeque<>();
    while (true) {
      while (at < source.length() && Text.isSpace(source.charAt(at))) {
        to(at + 1);
      }
      if (at == source.length()) {
        throw error("a tag is not closed by " + close);
      }
      boolean signed =
          source.startsWith("-" + close, at)
              || (end == Kind.BLOCK_END && source.startsWith("+" + close, at));
      if (open.isEmpty() && (signed || source.startsWith(close, at))) {
        boolean strips = signed && source.charAt(at) == '-';
        add(end, "", line);
        to(at + close.length() + (signed ? 1 : 0));
        afterTag(strips, end == Kind.BLOCK_END && !signed);
        return;
      }
      token(open);
    }
  }

  private void token(Deque<String> open) {
    Matcher number = matcher(FLOAT, at);
    if (number.lookingAt()) {
      add(Kind.FLOAT, number.group(), line);
      to(number.end());
      return;
    }
    number = matcher(INTEGER, at);
    if (number.lookingAt()) {
      add(Kind.INTEGER, number.group(), line);
      to(number.end());
      return;
    }
    int c = source.codePointAt(at);
    if (Casing.isWordPart(c)) {
      name();
    } else if (c == '\'' || c == '"') {
      string((char) c);
    } else {
      operator(open);
    }
  }

  private void name() {
    int end = at;
    while (end < source.length() && isNamePart(source.codePointAt(end))) {
      end += Character.charCount(source.codePointAt(end));
    }
    String text = source.substring(at, end);
    if (Casing.isNumeric(text.codePointAt(0))) {
      throw error("'%s' is no name".formatted(text));
    }
    add(Kind.NAME, text, line);
    to(end);
  }

  private static boolean isNamePart(int c) {
    return Casing.isWordPart(c)
        || Character.getType(c) == Character.NON_SPACING_MARK
        || Character.getType(c) == Character.COMBINING_SPACING_MARK;
  }

  private void string(char quote) {
    int end = at + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw error("a text literal is not closed by " + quote);
    }
    String literal = source.substring(at + 1, end);
    try {
      add(Kind.STRING, StringLiteral.unescape(literal), line);
    } catch (Failure e) {
      throw error(e.getMessage());
    }
    to(end + 1);
  }

  private void operator(Deque<String> open) {
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, at)) {
        switch (operator) {
          case "(" -> open.push(")");
          case "[" -> open.push("]");
          case "{" -> open.push("}");
          case ")", "]", "}" -> {
            if (open.isEmpty() || !open.pop().equals(operator)) {
              throw error("unexpected '%s'".formatted(operator));
            }
          }
          default -> {}
        }
        add(Kind.OPERATOR, operator, line);
        to(at + operator.length());
        return;
      }
    }
    throw error("unexpected character '%s'".formatted(Character.toString(source.codePointAt(at))));
  }

  private Matcher matcher(Pattern pattern, int from) {
    return pattern
        .matcher(source)
        .useTransparentBounds(true)
        .useAnchoringBounds(false)
        .region(from, source.length());
  }

  private void add(Kind kind, String text, int atLine) {
    tokens.add(new Token(kind, text, atLine));
  }

  /** Goes on to a place, counting lines. */
  private void to(int place) {
    for (; at < place; at++) {
      line += source.charAt(at) == '\n' ? 1 : 0;
    }
  }

  private TemplateException error(String problem) {
    return new TemplateException(name, line, problem);
  }
}
