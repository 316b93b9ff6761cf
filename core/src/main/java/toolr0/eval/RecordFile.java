package toolr0.eval;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import toolr0.base.Json;
import toolr0.base.JsonSyntaxException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** A file of a benchmark. Records that are not JSON are noted, the others are given. */
public final class RecordFile {
  private static final int MOST_BROKEN = 1_000;

  private RecordFile() {}

  /**
   * One record.
   *
   * @param where line or index, for people
   */
  public record Entry(String where, JsonNode value) {}

  /**
   * The records of a file with one JSON value a line; blank lines are skipped.
   *
   * @param unreadable takes the lines that are not JSON
   * @throws BenchmarkException when the file is missing, is no text, or has more than {@value
   *     #MOST_BROKEN} lines that are not JSON
   */
  public static List<Entry> lines(Path file, List<UnreadableRecord> unreadable) {
    List<Entry> entries = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      int number = 0;
      int broken = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) {
          try {
            entries.add(new Entry("line " + number, Json.parse(line)));
          } catch (JsonSyntaxException e) {
            String reason = "not JSON: %s (column %d)".formatted(e.problem(), e.column());
            unreadable.add(new UnreadableRecord(name(file), "line " + number, reason));
            if (++broken > MOST_BROKEN) {
              throw new BenchmarkException(
                  "%s: more than %d lines are not JSON, among them line %d: %s; restore the file as published"
                      .formatted(file, MOST_BROKEN, number, reason));
            }
          }
        }
      }
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
    return entries;
  }

  /**
   * The one JSON value of a file.
   *
   * @throws BenchmarkException when the file is missing or is not JSON
   */
  public static JsonNode json(Path file) {
    try {
      return Json.parse(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw cannotRead(file, e);
    } catch (JsonSyntaxException e) {
      throw new BenchmarkException(
          file + ": not JSON: " + e.getMessage() + "; restore the file as published", e);
    }
  }

  /**
   * The records of a file that is one JSON list.
   *
   * @throws BenchmarkException when the file is missing or is no JSON list
   */
  public static List<Entry> list(Path file) {
    if (!(json(file) instanceof ArrayNode list)) {
      throw new BenchmarkException(
          file + ": not a JSON list of records; restore the file as published");
    }
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      entries.add(new Entry("record " + (i + 1), list.get(i)));
    }
    return entries;
  }

  /**
   * The regular files of a folder whose names end so, sorted by name.
   *
   * @throws BenchmarkException when there is no such folder or no such file in it
   */
  public static List<Path> in(Path folder, String ending) {
    List<Path> files;
    try (var entries = Files.list(folder)) {
      files =
          entries
              .filter(f -> Files.isRegularFile(f) && f.toString().endsWith(ending))
              .sorted()
              .toList();
    } catch (IOException e) {
      throw cannotRead(folder, e);
    }
    if (files.isEmpty()) {
      throw new BenchmarkException(
          folder + ": there is no file *" + ending + "; name the folder of the published data");
    }
    return files;
  }

  /** A file's name as reports give it. */
  public static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** A file's name without its ending. */
  public static String stem(Path file) {
    String name = name(file);
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  private static BenchmarkException cannotRead(Path file, IOException e) {
    String why =
        switch (e) {
          case NoSuchFileException _ -> "there is no such file";
          case MalformedInputException _ -> "it is not UTF-8 text";
          default -> "it cannot be read (" + e.getMessage() + ")";
        };
    return new BenchmarkException(
        file
            + ": "
            + why
            + "; --data names the folder that holds the benchmarks' folders, and docs/benchmarks.md says"
            + " which files they hold and how to derive those that nobody publishes",
        e);
  }
}
