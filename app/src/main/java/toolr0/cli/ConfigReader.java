package toolr0.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import toolr0.cli.ConfigNode.Entry;
import toolr0.cli.ConfigNode.Mapping;
import toolr0.cli.ConfigNode.Scalar;
import toolr0.cli.ConfigNode.ScalarKind;
import toolr0.cli.ConfigNode.Sequence;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;

/** Reads YAML into {@link ConfigNode}s, which know their lines. */
final class ConfigReader {
  private static final YAMLFactory YAML = new YAMLFactory();

  private final String source;
  private final boolean lines;

  private ConfigReader(String source, boolean lines) {
    this.source = source;
    this.lines = lines;
  }

  /**
   * Reads a file.
   *
   * @throws ConfigException when it is missing, is not YAML, repeats a key or does not hold a block
   *     of keys
   */
  static Mapping readFile(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigException(
          new Place(file.toString(), 0),
          "there is no such configuration file; give one with --config");
    } catch (IOException e) {
      throw new ConfigException(
          new Place(file.toString(), 0),
          "the configuration file cannot be read: " + e.getMessage());
    }
    return readText(file.toString(), text);
  }

  /** Reads a text; the source names it in messages. */
  static Mapping readText(String source, String text) {
    ConfigReader reader = new ConfigReader(source, true);
    return switch (reader.read(text)) {
      case Mapping mapping -> mapping;
      case Scalar(Place place, ScalarKind kind, String ignored) when kind == ScalarKind.NULL ->
          new Mapping(place, new LinkedHashMap<>(), true);
      case ConfigNode other ->
          throw new ConfigException(
              other.place(), "expected keys with values, found " + other.describe());
    };
  }

  /**
   * Reads one {@code a.b=value} as a mapping with that single value.
   *
   * @throws ConfigException when it has no key or no equals sign, or the value is not YAML
   */
  static Mapping readAssignment(String assignment) {
    String source = "--set " + assignment;
    Place place = new Place(source, 0);
    int equals = assignment.indexOf('=');
    if (equals <= 0) {
      throw new ConfigException(place, "expected KEY=VALUE, for example --set solver.max_steps=40");
    }
    ConfigNode node = new ConfigReader(source, false).read(assignment.substring(equals + 1));
    String[] keys = assignment.substring(0, equals).strip().split("\\.", -1);
    for (int i = keys.length - 1; i >= 0; i--) {
      if (keys[i].isBlank()) {
        throw new ConfigException(place, "the key has an empty part");
      }
      SequencedMap<String, Entry> entries = new LinkedHashMap<>();
      entries.put(keys[i].strip(), new Entry(place, node));
      node = new Mapping(place, entries, false);
    }
    return (Mapping) node;
  }

  private ConfigNode read(String text) {
    try (JsonParser parser = YAML.createParser(ObjectReadContext.empty(), text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return new Scalar(new Place(source, lines ? 1 : 0), ScalarKind.NULL, "");
      }
      ConfigNode node = node(parser, first);
      if (parser.nextToken() != null) {
        throw new ConfigException(here(parser), "a second document begins here; expected one");
      }
      return node;
    } catch (JacksonException e) {
      TokenStreamLocation location = e.getLocation();
      int line = !lines || location == null ? 0 : Math.max(1, location.getLineNr());
      throw new ConfigException(new Place(source, line), "not valid YAML: " + problem(e));
    }
  }

  private ConfigNode node(JsonParser parser, JsonToken token) {
    Place place = here(parser);
    return switch (token) {
      case START_OBJECT -> mapping(parser, place);
      case START_ARRAY -> {
        List<ConfigNode> items = new ArrayList<>();
        for (JsonToken next = parser.nextToken();
            next != JsonToken.END_ARRAY;
            next = parser.nextToken()) {
          items.add(node(parser, next));
        }
        yield new Sequence(place, items);
      }
      case VALUE_NUMBER_INT -> new Scalar(place, ScalarKind.INTEGER, parser.getString());
      case VALUE_NUMBER_FLOAT -> new Scalar(place, ScalarKind.DECIMAL, parser.getString());
      case VALUE_TRUE, VALUE_FALSE -> new Scalar(place, ScalarKind.BOOLEAN, parser.getString());
      case VALUE_NULL -> new Scalar(place, ScalarKind.NULL, "");
      default -> new Scalar(place, ScalarKind.TEXT, parser.getString());
    };
  }

  private Mapping mapping(JsonParser parser, Place place) {
    SequencedMap<String, Entry> entries = new LinkedHashMap<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_OBJECT;
        token = parser.nextToken()) {
      String key = parser.currentName();
      Place keyPlace = here(parser);
      ConfigNode value = node(parser, parser.nextToken());
      if (entries.putLast(key, new Entry(keyPlace, value)) instanceof Entry before) {
        throw new ConfigException(
            keyPlace, key + " is given twice, first in " + before.keyPlace() + "; keep one");
      }
    }
    return new Mapping(place, entries, true);
  }

  private Place here(JsonParser parser) {
    return new Place(source, lines ? Math.max(1, parser.currentTokenLocation().getLineNr()) : 0);
  }

  /** The first line of the parser's own message. */
  private static String problem(JacksonException e) {
    String message = e.getOriginalMessage();
    return message == null
        ? "unreadable"
        : message.lines().findFirst().orElse("unreadable").strip();
  }
}
