package toolr0.chat.template;

import java.util.List;

/** A Jinja2 cycler: gives its values one after the other, and starts again at the end. */
final class CyclerValue implements Value {
  private final List<Value> values;
  private int place;

  CyclerValue(List<Value> values) {
    if (values.isEmpty()) {
      throw new Failure("a cycler needs at least one value");
    }
    this.values = values;
  }

  List<Value> values() {
    return values;
  }

  int place() {
    return place;
  }

  Value current() {
    return values.get(place);
  }

  Value next() {
    Value value = current();
    place = (place + 1) % values.size();
    return value;
  }

  void reset() {
    place = 0;
  }

  @Override
  public String typeName() {
    return "Cycler";
  }
}
