package toolr0.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import toolr0.base.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Copies run directories, as a process killed at this moment would leave them, and compares them
 * but for times.
 */
public final class RunCopies {
  private RunCopies() {}

  /** Copies all files of a run. */
  public static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The content of all files that must be equal, by path, without times. */
  public static SortedMap<String, String> content(Path run) {
    SortedMap<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = run.relativize(file).toString();
        if (name.equals("run.lock") || name.equals("sessions.jsonl")) {
          continue;
        }
        content.put(name, normal(name, Files.readString(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return content;
  }

  /** The first difference between two contents in words, empty when they are equal. */
  public static String difference(
      SortedMap<String, String> expected, SortedMap<String, String> found) {
    if (!expected.keySet().equals(found.keySet())) {
      return "files " + expected.keySet() + " became " + found.keySet();
    }
    for (String name : expected.keySet()) {
      String a = expected.getOrDefault(name, "");
      String b = found.getOrDefault(name, "");
      for (int i = 0; i < Math.max(a.length(), b.length()); i++) {
        if (i >= a.length() || i >= b.length() || a.charAt(i) != b.charAt(i)) {
          return name + " differs at " + i + ": " + around(a, i) + " became " + around(b, i);
        }
      }
    }
    return "";
  }

  private static String around(String text, int at) {
    int from = Math.min(text.length(), Math.max(0, at - 60));
    return "\"" + text.substring(from, Math.min(text.length(), at + 60)) + "\"";
  }

  private static String normal(String name, String text) {
    if (name.endsWith(".jsonl")) {
      return text.lines()
          .map(line -> Json.compact(timeless(Json.parse(line))))
          .collect(Collectors.joining("\n"));
    }
    if (name.endsWith(".json")) {
      return Json.compact(timeless(Json.parse(text)));
    }
    return name.endsWith(".md") ? text.replaceAll("[0-9.]+ minutes, at most [0-9]+ MiB", "") : text;
  }

  private static JsonNode timeless(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.propertyNames().stream()
          .filter(
              key ->
                  key.equals("at")
                      || key.equals("step_time")
                      || key.equals("wall_seconds")
                      || key.equals("peak_rss_mb")
                      || key.equals("logs")
                      || key.equals("run")
                      || key.startsWith("timing_s/")
                      || key.startsWith("perf/")
                      || key.startsWith("native/"))
          .toList()
          .forEach(object::remove);
      object.values().forEach(RunCopies::timeless);
    } else if (node instanceof ArrayNode array) {
      array.values().forEach(RunCopies::timeless);
    }
    return node;
  }
}
