package toolr0.cli;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import toolr0.cli.ConfigNode.Entry;
import toolr0.cli.ConfigNode.Mapping;
import toolr0.cli.ConfigNode.Scalar;
import toolr0.cli.ConfigNode.ScalarKind;
import toolr0.cli.ConfigNode.Sequence;

/**
 * Binds a written configuration to records, strictly: keys are the components' names in snake case,
 * an unknown key is an error, a missing one keeps its default, and every message names the place.
 */
final class ConfigBinder {
  private final Class<? extends Record> root;

  private ConfigBinder(Class<? extends Record> root) {
    this.root = root;
  }

  /**
   * The defaults with every written value in place.
   *
   * @throws ConfigException when a key is unknown, or a value has the wrong type or is out of range
   */
  static <R extends Record> R bind(R defaults, Mapping written) {
    Object bound =
        new ConfigBinder(defaults.getClass()).record(defaults.getClass(), defaults, written, "");
    @SuppressWarnings("unchecked")
    R result = (R) bound;
    return result;
  }

  private Object record(Class<?> type, @Nullable Object defaults, Mapping written, String path) {
    RecordComponent[] components = type.getRecordComponents();
    List<String> keys = Arrays.stream(components).map(c -> ConfigKeys.key(c.getName())).toList();
    for (Map.Entry<String, Entry> entry : written.entries().entrySet()) {
      if (!keys.contains(entry.getKey())) {
        throw new ConfigException(
            entry.getValue().keyPlace(),
            "unknown key "
                + path
                + entry.getKey()
                + ConfigKeys.advice(root, entry.getKey(), path, keys));
      }
    }
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String key = keys.get(i);
      Object inherited = defaults == null ? null : read(components[i], defaults);
      if (written.entries().get(key) instanceof Entry entry) {
        arguments[i] = value(components[i].getGenericType(), inherited, entry.node(), path + key);
      } else if (inherited != null) {
        arguments[i] = inherited;
      } else {
        throw new ConfigException(written.place(), "the key " + path + key + " is missing");
      }
    }
    return construct(type, components, arguments, written, path);
  }

  private @Nullable Object value(
      Type type, @Nullable Object inherited, ConfigNode node, String path) {
    if (type instanceof ParameterizedType generic) {
      return generic(generic, inherited, node, path);
    }
    Class<?> wanted = (Class<?>) type;
    if (wanted.isRecord()) {
      if (node instanceof Mapping mapping) {
        return record(wanted, inherited, mapping, path + ".");
      }
      throw wrong(
          node, path, "a block with the keys " + String.join(", ", ConfigKeys.keys(wanted)));
    }
    if (!(node instanceof Scalar scalar)) {
      throw wrong(node, path, expectation(wanted));
    }
    if (wanted.isEnum()) {
      return Arrays.stream(wanted.getEnumConstants())
          .filter(c -> wireName(c).equals(scalar.text()))
          .findFirst()
          .orElseThrow(() -> wrong(node, path, expectation(wanted) + suggestion(wanted, scalar)));
    }
    return scalar(wanted, scalar, path);
  }

  private static Object scalar(Class<?> wanted, Scalar scalar, String path) {
    ScalarKind kind = scalar.kind();
    boolean fits =
        switch (wanted.getName()) {
          case "int", "long", "java.lang.Integer", "java.lang.Long" -> kind == ScalarKind.INTEGER;
          case "double", "java.lang.Double" ->
              kind == ScalarKind.INTEGER || kind == ScalarKind.DECIMAL || isNumber(scalar);
          case "boolean", "java.lang.Boolean" -> kind == ScalarKind.BOOLEAN;
          case "java.lang.String" -> kind != ScalarKind.NULL;
          default -> throw new IllegalStateException(path + " has the type " + wanted);
        };
    if (!fits) {
      throw wrong(scalar, path, expectation(wanted));
    }
    try {
      return switch (wanted.getName()) {
        case "int", "java.lang.Integer" -> Integer.parseInt(scalar.text());
        case "long", "java.lang.Long" -> Long.parseLong(scalar.text());
        case "double", "java.lang.Double" -> Double.parseDouble(scalar.text());
        case "boolean", "java.lang.Boolean" ->
            scalar.text().toLowerCase(Locale.ROOT).equals("true");
        default -> scalar.text();
      };
    } catch (NumberFormatException e) {
      throw wrong(scalar, path, expectation(wanted));
    }
  }

  /**
   * Whether YAML's text is a number in Java's eyes: 1e-6 has no point, so YAML 1.1 calls it a text.
   */
  private static boolean isNumber(Scalar scalar) {
    return scalar.kind() == ScalarKind.TEXT
        && scalar.text().matches("[-+]?[0-9]+(\\.[0-9]*)?[eE][-+]?[0-9]+");
  }

  private Object generic(
      ParameterizedType type, @Nullable Object inherited, ConfigNode node, String path) {
    Class<?> raw = (Class<?>) type.getRawType();
    Type[] parameters = type.getActualTypeArguments();
    if (raw == List.class || raw == Set.class) {
      if (!(node instanceof Sequence sequence)) {
        throw wrong(node, path, "a list");
      }
      List<Object> items = new ArrayList<>();
      for (ConfigNode item : sequence.items()) {
        items.add(
            required(value(parameters[0], null, item, path + "[" + items.size() + "]"), item));
      }
      return raw == List.class ? List.copyOf(items) : new LinkedHashSet<>(items);
    }
    if (raw == Optional.class) {
      boolean none = node instanceof Scalar scalar && scalar.kind() == ScalarKind.NULL;
      return none ? Optional.empty() : Optional.ofNullable(value(parameters[0], null, node, path));
    }
    if (Map.class.isAssignableFrom(raw)) {
      if (!(node instanceof Mapping mapping)) {
        throw wrong(node, path, "a block of keys with values");
      }
      Map<Object, Object> map = SortedMap.class == raw ? new TreeMap<>() : new LinkedHashMap<>();
      if (!mapping.whole() && inherited instanceof Map<?, ?> before) {
        map.putAll(before);
      }
      mapping
          .entries()
          .forEach(
              (key, entry) ->
                  map.put(
                      mapKey((Class<?>) parameters[0], key, entry.keyPlace(), path),
                      required(
                          value(parameters[1], null, entry.node(), path + "." + key),
                          entry.node())));
      return map;
    }
    throw new IllegalStateException(path + " has the type " + type);
  }

  private Object mapKey(Class<?> type, String key, Place place, String path) {
    Scalar scalar =
        new Scalar(place, key.matches("-?[0-9]+") ? ScalarKind.INTEGER : ScalarKind.TEXT, key);
    return required(value(type, null, scalar, path + "." + key), scalar);
  }

  private static Object required(@Nullable Object value, ConfigNode node) {
    if (value == null) {
      throw new ConfigException(node.place(), "a value is missing");
    }
    return value;
  }

  private static @Nullable Object read(RecordComponent component, Object owner) {
    try {
      return component.getAccessor().invoke(owner);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }

  private static Object construct(
      Class<?> type,
      RecordComponent[] components,
      @Nullable Object[] arguments,
      Mapping written,
      String path) {
    try {
      Constructor<?> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw new ConfigException(
            blamed(written, String.valueOf(refused.getMessage())), path + refused.getMessage());
      }
      throw new IllegalStateException(type + " cannot be made", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }

  /**
   * The place of the written key that a range check's message begins with or names, else of the
   * block.
   */
  private static Place blamed(Mapping written, String message) {
    return written.entries().entrySet().stream()
        .filter(e -> message.matches("(?s)(.*[^a-z0-9_])?" + e.getKey() + "([^a-z0-9_].*)?"))
        .min(Comparator.comparingInt(e -> message.indexOf(e.getKey())))
        .map(e -> e.getValue().keyPlace())
        .orElse(written.place());
  }

  private static ConfigException wrong(ConfigNode node, String path, String expected) {
    return new ConfigException(
        node.place(), path + ": expected " + expected + ", found " + node.describe());
  }

  private static String expectation(Class<?> type) {
    if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants())
              .map(ConfigBinder::wireName)
              .collect(Collectors.joining(", "));
    }
    return switch (type.getName()) {
      case "int", "java.lang.Integer" -> "a whole number";
      case "long", "java.lang.Long" -> "a whole number";
      case "double", "java.lang.Double" -> "a number";
      case "boolean", "java.lang.Boolean" -> "true or false";
      default -> "a text";
    };
  }

  private static String suggestion(Class<?> type, Scalar scalar) {
    List<String> names =
        Arrays.stream(type.getEnumConstants()).map(ConfigBinder::wireName).toList();
    return ConfigKeys.nearest(scalar.text(), names)
        .map(name -> " (did you mean " + name + "?)")
        .orElse("");
  }

  /** An enum's value as configuration spells it. */
  static String wireName(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
  }
}
