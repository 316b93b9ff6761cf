package toolr0;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Random changes of seed texts, the same in every run. */
public final class Mutations {
  private static final List<String> PIECES =
      List.of(
          "\"",
          "'",
          "\\",
          "{",
          "}",
          "[",
          "]",
          "(",
          ")",
          ",",
          ":",
          "...",
          "\n",
          "\u0000",
          "None",
          "true",
          "-",
          "1e999",
          "0x1F",
          "\\u12",
          "\\ud83d",
          "\ud83d",
          "```",
          "```json",
          "#",
          "<think>",
          "</think>",
          "<question>",
          "</question>",
          "<available_tools>",
          "</available_tools>",
          "<tool_call_answer>",
          "</tool_call_answer>",
          "\"name\"",
          "\"arguments\"",
          "\"function\"",
          "\u00e9",
          "\u6771",
          "9999999999999999999999");

  private Mutations() {}

  /** The texts of a folder of seed inputs on the class path, in the order of their names. */
  public static List<String> seeds(Class<?> owner, String folder) {
    try (Stream<Path> files = Files.list(Path.of(owner.getResource(folder).toURI()))) {
      return files.sorted().map(Mutations::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Hands each of a number of changed texts to a consumer. */
  public static void run(List<String> seeds, long seed, int count, Consumer<String> consumer) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
      int changes = 1 + random.nextInt(6);
      for (int j = 0; j < changes; j++) {
        change(text, seeds, random);
      }
      String changed = text.toString();
      try {
        consumer.accept(changed);
      } catch (RuntimeException | AssertionError | StackOverflowError e) {
        throw new AssertionError("with the text <<" + changed + ">>", e);
      }
    }
  }

  private static void change(StringBuilder text, List<String> seeds, SplittableRandom random) {
    int at = random.nextInt(text.length() + 1);
    int end = Math.min(text.length(), at + random.nextInt(12));
    switch (random.nextInt(6)) {
      case 0 -> text.delete(at, end);
      case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
      case 2 -> text.insert(at, text.substring(at, end));
      case 3 -> text.insert(at, (char) random.nextInt(0x300));
      case 4 -> text.setLength(at);
      default -> {
        String other = seeds.get(random.nextInt(seeds.size()));
        text.replace(at, end, other.substring(random.nextInt(other.length() + 1)));
      }
    }
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
