package toolr0.cli;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The keys of configuration records, and which of them somebody may have meant. */
final class ConfigKeys {
  private ConfigKeys() {}

  /** A component's name in snake case. */
  static String key(String component) {
    StringBuilder key = new StringBuilder();
    for (int i = 0; i < component.length(); i++) {
      char c = component.charAt(i);
      if (Character.isUpperCase(c)) {
        key.append('_');
      }
      key.append(Character.toLowerCase(c));
    }
    return key.toString();
  }

  /** A record's own keys, in order. */
  static List<String> keys(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).map(c -> key(c.getName())).toList();
  }

  /** How a message about an unknown key goes on: what was probably meant, else what there is. */
  static String advice(Class<?> root, String unknown, String path, List<String> siblings) {
    Optional<String> sibling = nearest(unknown, siblings);
    if (sibling.isPresent()) {
      return "; did you mean " + path + sibling.get() + "?";
    }
    List<String> elsewhere =
        paths(root, "").stream()
            .filter(p -> p.endsWith("." + unknown) || p.equals(unknown))
            .toList();
    if (!elsewhere.isEmpty()) {
      return "; did you mean " + String.join(" or ", elsewhere) + "?";
    }
    String where =
        path.isEmpty() ? "the keys here" : "the keys of " + path.substring(0, path.length() - 1);
    return "; " + where + " are " + String.join(", ", siblings);
  }

  /** The candidate that a misspelling is nearest to, if any is near enough. */
  static Optional<String> nearest(String written, List<String> candidates) {
    String wanted = written.toLowerCase(Locale.ROOT).replace('-', '_');
    int limit = wanted.length() <= 3 ? 1 : Math.max(2, wanted.length() / 3);
    return candidates.stream()
        .filter(c -> distance(wanted, c) <= limit)
        .min(Comparator.comparingInt(c -> distance(wanted, c)));
  }

  private static List<String> paths(Class<?> type, String prefix) {
    List<String> all = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String path = prefix + key(component.getName());
      all.add(path);
      if (component.getType().isRecord()) {
        all.addAll(paths(component.getType(), path + "."));
      }
    }
    return all;
  }

  /** Edits (insert, delete, replace, swap neighbours) between two short texts. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replace = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replace, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
