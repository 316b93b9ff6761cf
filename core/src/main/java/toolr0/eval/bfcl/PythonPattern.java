package toolr0.eval.bfcl;

import java.util.regex.Pattern;

/**
 * Regular expressions whose digits, word characters and white space are those of all scripts, as in
 * Python.
 */
final class PythonPattern {
  private PythonPattern() {}

  static Pattern of(String regex) {
    return Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS);
  }
}
