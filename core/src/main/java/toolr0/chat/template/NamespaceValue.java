package toolr0.chat.template;

import java.util.Map;

/** A Jinja2 namespace: the one kind of value whose attributes a template may set. */
record NamespaceValue(Map<String, Value> attributes) implements Value {
  @Override
  public String typeName() {
    return "Namespace";
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
