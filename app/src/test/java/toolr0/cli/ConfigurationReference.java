package toolr0.cli;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import toolr0.base.Json;
import toolr0.selfplay.ConfigJson;
import toolr0.selfplay.SelfPlayConfig;
import tools.jackson.databind.JsonNode;

/**
 * The page that lists every configuration key; descriptions come from the records' {@code @param}
 * lines.
 */
final class ConfigurationReference {
  private static final Pattern PARAM =
      Pattern.compile("@param (\\w+)\\s+(.*?)(?=\\s+@\\w+ |$)", Pattern.DOTALL);
  private static final int LONGEST_DEFAULT = 60;

  private final Path sources;
  private final JsonNode defaults;
  private final JsonNode paper;
  private final JsonNode pocket;
  private final StringBuilder page = new StringBuilder();

  private ConfigurationReference(Path sources, JsonNode defaults, JsonNode paper, JsonNode pocket) {
    this.sources = sources;
    this.defaults = defaults;
    this.paper = paper;
    this.pocket = pocket;
  }

  /**
   * The page.
   *
   * @param root the repository
   */
  static String page(Path root) throws IOException {
    SelfPlayConfig defaults = SelfPlayConfig.defaults("models/pocket");
    SelfPlayConfig pocket =
        ConfigOptions.bind(ConfigReader.readFile(root.resolve("configs/pocket.yaml")));
    ConfigurationReference reference =
        new ConfigurationReference(
            root.resolve("core/src/main/java"),
            ConfigJson.toJson(defaults),
            ConfigJson.toJson(SelfPlayConfig.paper("models/pocket")),
            ConfigJson.toJson(pocket));
    reference.page.append(
        """
        # Configuration

        A configuration is a YAML file; `./toolr0 evolve --config FILE` uses it, and `--set KEY=VALUE` sets one key, for example
        `--set solver.max_steps=40`. The key `preset` chooses what a key that is not written is: `default` is the mended method, `paper` the
        published one; [method.md](method.md) says what each switch does and why. An unknown key, a value of the wrong type and a value out
        of range are errors that name the file and the line. Names are TRL's for what TRL has. `./toolr0 evolve --dry-run` prints the
        preset, the keys that differ from it and the resolved configuration, and every run keeps it in its `manifest.json`.

        A map, such as `control.domains`, is replaced as a whole where it is written as a whole: in a file, and by
        `--set 'control.domains={travel: 1, finance: 2}'`. With its own key, as in `--set control.domains.travel=3`, one entry is changed or
        added and the others stay; weight 0 rules an entry out. Lists and sets are replaced. In a block of keys, such as `solver`, only
        the keys that are written change.

        The columns "paper" and "pocket" have the value of the preset `paper` and of `configs/pocket.yaml` where they differ from the default.
        This page is generated from the configuration records.
        """);
    reference.section(SelfPlayConfig.class, "");
    return reference.page.toString();
  }

  private void section(Class<?> type, String path) throws IOException {
    Map<String, String> descriptions = descriptions(type);
    boolean keys = Arrays.stream(type.getRecordComponents()).anyMatch(c -> !c.getType().isRecord());
    if (keys) {
      table(type, path, descriptions);
    }
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getType().isRecord()) {
        section(component.getType(), path.isEmpty() ? key(component) : path + "." + key(component));
      }
    }
  }

  private void table(Class<?> type, String path, Map<String, String> descriptions) {
    page.append("\n## ").append(path.isEmpty() ? "Top level" : path).append("\n\n");
    page.append("| key | type | default | paper | pocket | what |\n|---|---|---|---|---|---|\n");
    for (RecordComponent component : type.getRecordComponents()) {
      String key = path.isEmpty() ? key(component) : path + "." + key(component);
      if (component.getType().isRecord()) {
        continue;
      }
      String description = descriptions.get(component.getName());
      if (description == null) {
        throw new IllegalStateException(
            type.getName() + " has no @param " + component.getName() + " for " + key);
      }
      String value = value(defaults, key);
      String paperValue = value(paper, key);
      String pocketValue = value(pocket, key);
      page.append(
          "| `%s` | %s | %s | %s | %s | %s |\n"
              .formatted(
                  key,
                  type(component.getGenericType()),
                  value,
                  paperValue.equals(value) ? "" : paperValue,
                  pocketValue.equals(value) ? "" : pocketValue,
                  description));
    }
  }

  private static String key(RecordComponent component) {
    return ConfigKeys.key(component.getName());
  }

  private static String value(JsonNode tree, String key) {
    JsonNode node = tree;
    for (String part : key.split("\\.", -1)) {
      node = node.required(part);
    }
    String text = node.isString() ? node.stringValue() : Json.compact(node);
    String shown =
        text.length() > LONGEST_DEFAULT ? text.substring(0, LONGEST_DEFAULT - 3) + "..." : text;
    return "`" + shown.replace("|", "\\|") + "`";
  }

  private static String type(Type type) {
    if (type instanceof Class<?> c) {
      if (c.isEnum()) {
        return Stream.of(c.getEnumConstants())
            .map(ConfigBinder::wireName)
            .collect(Collectors.joining(", "));
      }
      return switch (c.getSimpleName()) {
        case "int", "long", "Integer", "Long" -> "whole number";
        case "double", "Double" -> "number";
        case "boolean", "Boolean" -> "true, false";
        default -> "text";
      };
    }
    String name = type.getTypeName();
    if (name.startsWith("java.util.Map")) {
      return "weights by name";
    }
    return name.startsWith("java.util.Set") || name.startsWith("java.util.List") ? "list" : name;
  }

  /** What the Javadoc of a record in the sources says of each component. */
  private Map<String, String> descriptions(Class<?> type) throws IOException {
    Path file = sources.resolve(type.getName().replaceAll("\\$.*", "").replace('.', '/') + ".java");
    String source = Files.readString(file);
    int declaration = source.indexOf("record " + type.getSimpleName() + "(");
    if (declaration < 0) {
      declaration = source.indexOf("record " + type.getSimpleName());
    }
    int start = source.lastIndexOf("/**", declaration);
    int end = source.indexOf("*/", Math.max(0, start));
    Map<String, String> found = new TreeMap<>();
    if (start < 0 || end < 0 || end > declaration) {
      return found;
    }
    String text =
        Arrays.stream(source.substring(start + 3, end).split("\n", -1))
            .map(line -> line.strip().replaceFirst("^\\*\\s?", ""))
            .collect(Collectors.joining(" "))
            .strip();
    Matcher matcher = PARAM.matcher(text);
    while (matcher.find()) {
      found.put(matcher.group(1), plain(matcher.group(2)));
    }
    return found;
  }

  private static String plain(String javadoc) {
    return javadoc
        .replaceAll("\\{@(?:code|link)\\s+([^}]*)\\}", "`$1`")
        .replaceAll("\\s+", " ")
        .strip()
        .replace("|", "\\|")
        .replaceAll("`[\\w.]*#", "`");
  }
}
