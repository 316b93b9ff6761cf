package toolr0.chat.template;

import java.math.BigInteger;

/**
 * A value of a template, which behaves as the Python value that it stands for. {@link
 * Object#equals} is Python's == where the value can be a key of a dict; lists and dicts compare by
 * {@link Comparison#equal}.
 */
sealed interface Value
    permits Value.None,
        Value.Bool,
        Value.Int,
        Value.Real,
        Value.Undefined,
        Str,
        Sequence,
        DictValue,
        DictView,
        LazyValue,
        NamespaceValue,
        CyclerValue,
        Callable {

  /** Deepest nesting of lists, tuples and dicts in each other. */
  int MAX_NESTING = 250;

  /** The name of the Python type, as its error messages have it. */
  String typeName();

  /** How deep lists, tuples and dicts are nested in it; 0 for anything else. */
  default int nesting() {
    return 0;
  }

  /** The nesting of a container, one more than its deepest element's. */
  static int nestingAround(Iterable<? extends Value> elements) {
    int deepest = 0;
    for (Value element : elements) {
      deepest = Math.max(deepest, element.nesting());
    }
    if (deepest >= MAX_NESTING) {
      throw new Failure("lists and dicts are nested deeper than " + MAX_NESTING);
    }
    return deepest + 1;
  }

  /** Python's None. */
  enum None implements Value {
    NONE;

    @Override
    public String typeName() {
      return "NoneType";
    }
  }

  /** True or False, which are the numbers 1 and 0 too. */
  record Bool(boolean value) implements Value {
    static final Bool TRUE = new Bool(true);
    static final Bool FALSE = new Bool(false);

    static Bool of(boolean value) {
      return value ? TRUE : FALSE;
    }

    @Override
    public String typeName() {
      return "bool";
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Value value && Numbers.equal(this, value);
    }

    @Override
    public int hashCode() {
      return Numbers.hash(this);
    }
  }

  /** An integer of any size. */
  record Int(BigInteger value) implements Value {
    static Int of(long value) {
      return new Int(BigInteger.valueOf(value));
    }

    @Override
    public String typeName() {
      return "int";
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Value value && Numbers.equal(this, value);
    }

    @Override
    public int hashCode() {
      return Numbers.hash(this);
    }
  }

  /** A float. */
  record Real(double value) implements Value {
    @Override
    public String typeName() {
      return "float";
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Value value && Numbers.equal(this, value);
    }

    @Override
    public int hashCode() {
      return Numbers.hash(this);
    }
  }

  /**
   * What a name, an attribute or an element is that does not exist: empty as text, list and truth,
   * an error in anything else.
   *
   * @param message what is said when it is used
   */
  record Undefined(String message) implements Value {
    static Undefined name(String name) {
      return new Undefined("'" + name + "' is undefined");
    }

    /** Jinja2's sandbox hides attributes that could change a value or reach into Python. */
    static Undefined unsafe(Value owner, String attribute) {
      return new Undefined(
          "access to attribute '%s' of '%s' object is unsafe"
              .formatted(attribute, owner.typeName()));
    }

    static Undefined attribute(Value owner, String attribute) {
      return new Undefined(
          owner == None.NONE
              ? "None has no attribute '%s'".formatted(attribute)
              : "'%s object' has no attribute '%s'".formatted(owner.typeName(), attribute));
    }

    @Override
    public String typeName() {
      return "Undefined";
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Undefined;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }
}
