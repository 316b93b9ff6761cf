package toolr0.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import toolr0.chat.template.Value.Int;
import toolr0.chat.template.Value.Undefined;

/**
 * The argument {@code attribute} of a filter: elements of elements, such as {@code "a.0.b"}.
 *
 * @param parts texts and integers
 * @param otherwise what stands for an element that is not there
 */
record AttributePath(List<Value> parts, Optional<Value> otherwise) {

  /** The path that a text, an integer or None spells. */
  static AttributePath of(Value attribute) {
    List<Value> parts = new ArrayList<>();
    if (attribute instanceof Str path) {
      for (String part : path.text().split("\\.", -1)) {
        boolean number = !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
        parts.add(number && part.length() < 10 ? Int.of(Long.parseLong(part)) : Str.of(part));
      }
    } else if (attribute != Value.None.NONE) {
      parts.add(attribute);
    }
    return new AttributePath(parts, Optional.empty());
  }

  AttributePath orElse(Optional<Value> value) {
    return new AttributePath(parts, value);
  }

  Value get(Work work, Value element) {
    Value value = element;
    for (Value part : parts) {
      value = Access.item(work, value, part);
      if (value instanceof Undefined && otherwise.isPresent()) {
        value = otherwise.get();
      }
    }
    return value;
  }
}
