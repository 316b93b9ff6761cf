package toolr0.eval.bfcl;

import toolr0.base.Text;

/**
 * The form in which BFCL compares texts: without blanks and the marks {@code , . / - _ * ^}, in
 * lower case, with apostrophes turned into quotation marks. Tabs, line breaks and other marks stay.
 */
final class StandardText {
  private static final String DROPPED = " ,./-_*^";

  private StandardText() {}

  static String of(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (DROPPED.indexOf(c) < 0) {
        kept.append(c == '\'' ? '"' : c);
      }
    }
    return Text.lowerCase(kept.toString());
  }
}
