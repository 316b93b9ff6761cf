package toolr0.prompt;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toolr0.chat.Message;

/**
 * A prompt text: a system message and a user message with {@code {{names}}} to fill in. What is
 * filled in is never itself searched for names.
 */
record PromptText(String system, String user) {
  private static final Pattern NAME = Pattern.compile("\\{\\{([a-z_]+)}}");
  private static final String SYSTEM_MARK = "[system]\n";
  private static final String USER_MARK = "\n[user]\n";

  /**
   * Reads a text from the class path.
   *
   * @throws IllegalStateException when the text does not ask for exactly the given names
   */
  static PromptText load(String set, String role, List<String> names) {
    String path = "/toolr0/prompt/" + set + "/" + role + ".txt";
    String text = read(path).strip();
    int user = text.indexOf(USER_MARK);
    if (!text.startsWith(SYSTEM_MARK) || user < 0) {
      throw new IllegalStateException(path + ": needs the marks [system] and [user]");
    }
    var used = new TreeSet<String>();
    NAME.matcher(text).results().forEach(m -> used.add(m.group(1)));
    if (!used.equals(new TreeSet<>(names))) {
      throw new IllegalStateException(path + ": names " + used + ", expected " + names);
    }
    return new PromptText(
        text.substring(SYSTEM_MARK.length(), user).strip(),
        text.substring(user + USER_MARK.length()).strip());
  }

  List<Message> chat(Map<String, String> values) {
    return List.of(Message.system(fill(system, values)), Message.user(fill(user, values)));
  }

  private static String fill(String template, Map<String, String> values) {
    return NAME.matcher(template)
        .replaceAll(m -> Matcher.quoteReplacement(values.getOrDefault(m.group(1), "")));
  }

  private static String read(String path) {
    try (InputStream in = PromptText.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("prompt text missing from the class path: " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }
}
