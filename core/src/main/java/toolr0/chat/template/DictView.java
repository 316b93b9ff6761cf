package toolr0.chat.template;

import java.util.List;
import java.util.Locale;

/** What a dict's methods keys, values and items give. */
record DictView(DictValue dict, Part part) implements Value {

  /** Which part of the entries. */
  enum Part {
    KEYS,
    VALUES,
    ITEMS
  }

  /** The parts, in the order of the keys. */
  List<Value> items() {
    return switch (part) {
      case KEYS -> List.copyOf(dict.keys());
      case VALUES -> List.copyOf(dict.values());
      case ITEMS ->
          dict.entries().stream()
              .<Value>map(e -> Sequence.TupleValue.of(e.getKey(), e.getValue()))
              .toList();
    };
  }

  @Override
  public String typeName() {
    return "dict_" + part.name().toLowerCase(Locale.ROOT);
  }
}
