package toolr0.chat.template;

import java.util.Iterator;

/** A Python generator or iterator: its elements come once, when they are asked for. */
final class LazyValue implements Value {
  private final String typeName;
  private final Iterator<Value> elements;

  LazyValue(String typeName, Iterator<Value> elements) {
    this.typeName = typeName;
    this.elements = elements;
  }

  static LazyValue generator(Iterator<Value> elements) {
    return new LazyValue("generator", elements);
  }

  Iterator<Value> elements() {
    return elements;
  }

  @Override
  public String typeName() {
    return typeName;
  }
}
