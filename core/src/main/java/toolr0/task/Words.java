package toolr0.task;

import java.util.ArrayList;
import java.util.List;
import toolr0.base.Text;

/**
 * The words of a text in any script: runs of letters, digits and marks, case and compatibility
 * variants folded. A character of a script that is written without spaces is a word by itself, and
 * so is a symbol such as # or €.
 */
final class Words {
  private Words() {}

  static List<String> of(String text) {
    return ofFolded(Text.fold(text));
  }

  /** The words of a text that is folded already. */
  static List<String> ofFolded(String folded) {
    List<String> words = new ArrayList<>();
    StringBuilder run = new StringBuilder();
    for (int i = 0; i < folded.length(); ) {
      int c = folded.codePointAt(i);
      i += Character.charCount(c);
      if (isUnspaced(c)) {
        flush(run, words);
        words.add(Character.toString(c));
      } else if (isWordPart(c)) {
        run.appendCodePoint(c);
      } else {
        flush(run, words);
        if (isSymbol(c)) {
          words.add(Character.toString(c));
        }
      }
    }
    flush(run, words);
    return words;
  }

  /**
   * The words of an identifier: its parts between underscores, dots, dashes and changes of case.
   */
  static List<String> ofName(String name) {
    StringBuilder spaced = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean hump = i > 0 && Character.isUpperCase(c) && Character.isLowerCase(name.charAt(i - 1));
      if (hump) {
        spaced.append(' ');
      }
      spaced.append(c == '_' ? ' ' : c);
    }
    return of(spaced.toString());
  }

  private static void flush(StringBuilder run, List<String> words) {
    if (!run.isEmpty()) {
      words.add(run.toString());
      run.setLength(0);
    }
  }

  private static boolean isWordPart(int c) {
    if (Character.isLetterOrDigit(c)) {
      return true;
    }
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
  }

  private static boolean isSymbol(int c) {
    int type = Character.getType(c);
    return type == Character.OTHER_SYMBOL || type == Character.SURROGATE;
  }

  private static boolean isUnspaced(int c) {
    if (c < 0x0e00) {
      return false;
    }
    return switch (Character.UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> Character.isLetter(c);
      default -> false;
    };
  }
}
