package toolr0.chat.template;

import java.math.BigInteger;
import java.util.AbstractList;
import java.util.List;
import java.util.Objects;

/** A list, tuple or range: elements by their place. */
sealed interface Sequence extends Value {

  /** The elements; not to be changed. */
  List<Value> items();

  default int size() {
    return items().size();
  }

  /** A sequence of the same type with other elements. */
  Sequence with(List<Value> items);

  /** A list; templates cannot change it, but make others of it. */
  final class ListValue implements Sequence {
    private final List<Value> items;
    private final int nesting;

    /**
     * A list.
     *
     * @param items not copied, and not changed any more
     */
    ListValue(List<Value> items) {
      this.items = items;
      this.nesting = Value.nestingAround(items);
    }

    @Override
    public List<Value> items() {
      return items;
    }

    @Override
    public Sequence with(List<Value> other) {
      return new ListValue(other);
    }

    @Override
    public int nesting() {
      return nesting;
    }

    @Override
    public String typeName() {
      return "list";
    }
  }

  /** A tuple. */
  final class TupleValue implements Sequence {
    private final List<Value> items;
    private final int nesting;
    private final boolean group;

    TupleValue(List<Value> items) {
      this(items, false);
    }

    private TupleValue(List<Value> items, boolean group) {
      this.items = items;
      this.nesting = Value.nestingAround(items);
      this.group = group;
    }

    static TupleValue of(Value... items) {
      return new TupleValue(List.of(items));
    }

    /** What the filter groupby makes: a pair whose parts are also called grouper and list. */
    static TupleValue group(Value grouper, ListValue list) {
      return new TupleValue(List.of(grouper, list), true);
    }

    boolean isGroup() {
      return group;
    }

    @Override
    public List<Value> items() {
      return items;
    }

    @Override
    public Sequence with(List<Value> other) {
      return new TupleValue(other);
    }

    @Override
    public int nesting() {
      return nesting;
    }

    @Override
    public String typeName() {
      return group ? "_GroupTuple" : "tuple";
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof TupleValue tuple && items.equals(tuple.items);
    }

    @Override
    public int hashCode() {
      return items.hashCode();
    }
  }

  /** The numbers from start up to stop, without it. */
  record RangeValue(BigInteger start, BigInteger stop, BigInteger step, int length)
      implements Sequence {
    /** The longest range, as in Jinja2's sandbox. */
    static final int MAX_LENGTH = 100_000;

    static RangeValue of(BigInteger start, BigInteger stop, BigInteger step) {
      if (step.signum() == 0) {
        throw new Failure("range() arg 3 must not be zero");
      }
      BigInteger span = step.signum() > 0 ? stop.subtract(start) : start.subtract(stop);
      BigInteger length = BigInteger.ZERO;
      if (span.signum() > 0) {
        length = span.subtract(BigInteger.ONE).divide(step.abs()).add(BigInteger.ONE);
      }
      if (length.compareTo(BigInteger.valueOf(MAX_LENGTH)) > 0) {
        throw new Failure("range too big; the sandbox blocks ranges larger than " + MAX_LENGTH);
      }
      return new RangeValue(start, stop, step, length.intValue());
    }

    /** The number at a place, which may be the one behind the last. */
    BigInteger at(int index) {
      return start.add(step.multiply(BigInteger.valueOf(index)));
    }

    /** Every so many of the numbers from a place on. */
    RangeValue slice(int from, int count, long every) {
      BigInteger pace = step.multiply(BigInteger.valueOf(every));
      BigInteger first = at(from);
      return new RangeValue(
          first, first.add(pace.multiply(BigInteger.valueOf(count))), pace, count);
    }

    @Override
    public List<Value> items() {
      return new AbstractList<>() {
        @Override
        public Value get(int index) {
          return new Int(at(Objects.checkIndex(index, length)));
        }

        @Override
        public int size() {
          return length;
        }
      };
    }

    @Override
    public Sequence with(List<Value> items) {
      throw new IllegalStateException("a range is made of its ends");
    }

    @Override
    public String typeName() {
      return "range";
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof RangeValue range
          && length == range.length
          && (length == 0 || start.equals(range.start))
          && (length < 2 || step.equals(range.step));
    }

    @Override
    public int hashCode() {
      return Objects.hash(
          length, length == 0 ? BigInteger.ZERO : start, length < 2 ? BigInteger.ZERO : step);
    }
  }
}
