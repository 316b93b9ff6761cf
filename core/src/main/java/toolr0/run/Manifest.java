package toolr0.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import toolr0.base.Hashes;
import toolr0.base.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a run was started with, and the hashes of its checkpoints.
 *
 * @param configuration the resolved configuration; never modified
 * @param seed the root seed
 * @param versions versions of the program and of what it stands on, by name
 * @param baseCheckpoint SHA-256 of the base checkpoint's files, by file name; those of what it
 *     stands on have {@code base/} before their names
 * @param checkpoints SHA-256 of the run's own checkpoints: folder relative to the run directory,
 *     then file name
 */
public record Manifest(
    ObjectNode configuration,
    long seed,
    SortedMap<String, String> versions,
    SortedMap<String, String> baseCheckpoint,
    SortedMap<String, SortedMap<String, String>> checkpoints) {
  private static final int FORMAT = 1;
  private static final String BELOW = "base/";

  public Manifest {
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    baseCheckpoint = Collections.unmodifiableSortedMap(new TreeMap<>(baseCheckpoint));
    checkpoints = Collections.unmodifiableSortedMap(new TreeMap<>(checkpoints));
  }

  Manifest withCheckpoints(SortedMap<String, SortedMap<String, String>> newCheckpoints) {
    return new Manifest(configuration, seed, versions, baseCheckpoint, newCheckpoints);
  }

  ObjectNode toJson() {
    ObjectNode node = Json.object();
    node.put("format", FORMAT);
    node.put("seed", seed);
    node.set("configuration", configuration);
    node.set("versions", strings(versions));
    node.set("base_checkpoint", strings(baseCheckpoint));
    ObjectNode all = node.putObject("checkpoints");
    checkpoints.forEach((folder, files) -> all.set(folder, strings(files)));
    return node;
  }

  static Manifest fromJson(ObjectNode node) {
    int format = node.required("format").asInt();
    if (format != FORMAT) {
      throw new IllegalArgumentException("format " + format + " is not " + FORMAT);
    }
    SortedMap<String, SortedMap<String, String>> checkpoints = new TreeMap<>();
    node.required("checkpoints")
        .properties()
        .forEach(entry -> checkpoints.put(entry.getKey(), strings(entry.getValue())));
    return new Manifest(
        (ObjectNode) node.required("configuration"),
        node.required("seed").asLong(),
        strings(node.required("versions")),
        strings(node.required("base_checkpoint")),
        checkpoints);
  }

  /**
   * The hashes of the files directly inside a checkpoint folder that a model is read from: weights,
   * optimizer state, configuration, tokenizer and templates.
   *
   * @throws RunException when the folder cannot be read
   */
  public static SortedMap<String, String> hash(Path checkpoint) {
    SortedMap<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.list(checkpoint)) {
      for (Path file : files.filter(Manifest::belongsToModel).toList()) {
        hashes.put(file.getFileName().toString(), Hashes.sha256(file));
      }
    } catch (IOException e) {
      throw new RunException(
          RunException.Kind.DATA, "Cannot read the checkpoint " + checkpoint + ": " + e, e);
    }
    return hashes;
  }

  /**
   * The hashes of all that a model is read from.
   *
   * @param folders its own, then the one that it stands on, whose file names have {@value #BELOW}
   *     before them, and so on
   * @throws RunException when a folder cannot be read
   */
  public static SortedMap<String, String> hash(List<Path> folders) {
    SortedMap<String, String> hashes = new TreeMap<>();
    for (int level = 0; level < folders.size(); level++) {
      String prefix = BELOW.repeat(level);
      hash(folders.get(level)).forEach((name, hash) -> hashes.put(prefix + name, hash));
    }
    return hashes;
  }

  /** Where a file of {@link #hash(List)} is. */
  private static Path file(List<Path> folders, String name) {
    int level = 0;
    String rest = name;
    while (rest.startsWith(BELOW) && level + 1 < folders.size()) {
      rest = rest.substring(BELOW.length());
      level++;
    }
    return folders.get(level).resolve(rest);
  }

  private static boolean belongsToModel(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file)
        && Stream.of(".safetensors", ".json", ".jinja", ".txt", ".model").anyMatch(name::endsWith);
  }

  /**
   * Refuses a model whose files are not those that were hashed.
   *
   * @param folders see {@link #hash(List)}
   * @throws RunException naming the first file that differs
   */
  static void verify(List<Path> folders, SortedMap<String, String> expected) {
    SortedMap<String, String> found = hash(folders);
    for (String name : expected.keySet()) {
      if (!expected.get(name).equals(found.get(name))) {
        throw new RunException(
            RunException.Kind.DATA,
            file(folders, name)
                + (found.containsKey(name) ? " has changed" : " is missing")
                + " since the run's manifest recorded it; restore it from a copy or start a new"
                + " run");
      }
    }
  }

  /** One line for each configuration key whose value differs: "key: old -> new". */
  public static List<String> differences(ObjectNode before, ObjectNode after) {
    SortedMap<String, String> old = new TreeMap<>();
    SortedMap<String, String> now = new TreeMap<>();
    flatten("", before, old);
    flatten("", after, now);
    TreeSet<String> keys = new TreeSet<>(old.keySet());
    keys.addAll(now.keySet());
    List<String> lines = new ArrayList<>();
    for (String key : keys) {
      String was = old.getOrDefault(key, "absent");
      String is = now.getOrDefault(key, "absent");
      if (!was.equals(is)) {
        lines.add(key + ": " + was + " -> " + is);
      }
    }
    return lines;
  }

  private static void flatten(String prefix, JsonNode node, SortedMap<String, String> into) {
    if (node instanceof ObjectNode object && !object.isEmpty()) {
      String dot = prefix.isEmpty() ? "" : prefix + ".";
      object.properties().forEach(e -> flatten(dot + e.getKey(), e.getValue(), into));
    } else {
      into.put(prefix, Json.canonical(node));
    }
  }

  private static ObjectNode strings(SortedMap<String, String> map) {
    ObjectNode node = Json.object();
    map.forEach(node::put);
    return node;
  }

  private static SortedMap<String, String> strings(JsonNode node) {
    SortedMap<String, String> map = new TreeMap<>();
    node.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue().asString()));
    return map;
  }
}
