package toolr0.chat.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import toolr0.base.PythonFloat;
import toolr0.chat.template.Value.Bool;
import toolr0.chat.template.Value.Int;
import toolr0.chat.template.Value.Real;

/** Python's arithmetic on integers of any size, floats and truth values. */
final class Numbers {
  /** Longest decimal text of an integer, as in Python. */
  static final int MAX_DIGITS = 4300;

  private static final int MAX_BITS = 100_000;
  private static final int EXACT_BITS = 53;
  private static final MathContext MORE_THAN_DOUBLE = new MathContext(60);

  private Numbers() {}

  static boolean isNumber(Value value) {
    return value instanceof Int || value instanceof Real || value instanceof Bool;
  }

  static boolean isInteger(Value value) {
    return value instanceof Int || value instanceof Bool;
  }

  /** The integer that a value is; a truth value is 1 or 0. */
  static BigInteger integer(Value value) {
    return switch (value) {
      case Int number -> number.value();
      case Bool truth -> truth.value() ? BigInteger.ONE : BigInteger.ZERO;
      default ->
          throw new Failure("'%s' object cannot be interpreted as an integer", value.typeName());
    };
  }

  /** The integer that a value is, as far as a Java int reaches. */
  static int index(Value value) {
    BigInteger number = integer(value);
    return number.bitLength() < 32
        ? number.intValue()
        : number.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
  }

  /** The float that a number is or becomes. */
  static double real(Value value) {
    if (value instanceof Real number) {
      return number.value();
    }
    double number = integer(value).doubleValue();
    if (Double.isInfinite(number)) {
      throw new Failure("int too large to convert to float");
    }
    return number;
  }

  static String text(Value number) {
    return switch (number) {
      case Real real -> PythonFloat.repr(real.value());
      case Bool truth -> truth.value() ? "True" : "False";
      default -> {
        String digits = integer(number).toString();
        if (digits.length() > MAX_DIGITS) {
          throw new Failure("an integer of more than %d digits has no text", MAX_DIGITS);
        }
        yield digits;
      }
    };
  }

  static boolean equal(Value a, Value b) {
    if (!isNumber(a) || !isNumber(b)) {
      return false;
    }
    if (isInteger(a) && isInteger(b)) {
      return integer(a).equals(integer(b));
    }
    if (a instanceof Real x && b instanceof Real y) {
      return x.value() == y.value();
    }
    return !isNaN(a) && !isNaN(b) && compare(a, b) == 0;
  }

  static boolean isNaN(Value value) {
    return value instanceof Real number && Double.isNaN(number.value());
  }

  /** The order of two numbers, neither of which is NaN. */
  static int compare(Value a, Value b) {
    if (a instanceof Real x && b instanceof Real y) {
      return x.value() < y.value() ? -1 : x.value() > y.value() ? 1 : 0;
    }
    if (a instanceof Real x && Double.isInfinite(x.value())) {
      return x.value() > 0 ? 1 : -1;
    }
    if (b instanceof Real) {
      return a instanceof Real ? 0 : -compare(b, a);
    }
    return a instanceof Real x
        ? new BigDecimal(x.value()).compareTo(new BigDecimal(integer(b)))
        : integer(a).compareTo(integer(b));
  }

  static int hash(Value value) {
    if (value instanceof Real number) {
      double real = number.value();
      return real == Math.rint(real) && Double.isFinite(real)
          ? new BigDecimal(real).toBigInteger().hashCode()
          : Double.hashCode(real);
    }
    return integer(value).hashCode();
  }

  static Value add(Value a, Value b) {
    return isInteger(a) && isInteger(b)
        ? bounded(integer(a).add(integer(b)))
        : new Real(real(a) + real(b));
  }

  static Value subtract(Value a, Value b) {
    return isInteger(a) && isInteger(b)
        ? bounded(integer(a).subtract(integer(b)))
        : new Real(real(a) - real(b));
  }

  static Value multiply(Value a, Value b) {
    return isInteger(a) && isInteger(b)
        ? bounded(integer(a).multiply(integer(b)))
        : new Real(real(a) * real(b));
  }

  static Value divide(Value a, Value b) {
    requireNotZero(b);
    if (isExact(a) && isExact(b)) {
      return new Real(real(a) / real(b));
    }
    if (!isInteger(a) || !isInteger(b)) {
      return new Real(real(a) / real(b));
    }
    double quotient =
        new BigDecimal(integer(a))
            .divide(new BigDecimal(integer(b)), MORE_THAN_DOUBLE)
            .doubleValue();
    if (Double.isInfinite(quotient)) {
      throw new Failure("integer division result too large for a float");
    }
    return new Real(quotient);
  }

  /** Whether a number is a float, or an integer that is one exactly. */
  private static boolean isExact(Value number) {
    return number instanceof Real || integer(number).bitLength() <= EXACT_BITS;
  }

  static Value floorDivide(Value a, Value b) {
    requireNotZero(b);
    if (isInteger(a) && isInteger(b)) {
      BigInteger[] parts = integer(a).divideAndRemainder(integer(b));
      boolean below = parts[1].signum() != 0 && parts[1].signum() != integer(b).signum();
      return new Int(below ? parts[0].subtract(BigInteger.ONE) : parts[0]);
    }
    double x = real(a);
    double y = real(b);
    double quotient = (x - floorModulo(x, y)) / y;
    if (quotient == 0) {
      return new Real(Math.copySign(0.0, x / y));
    }
    double floor = Math.floor(quotient);
    return new Real(quotient - floor > 0.5 ? floor + 1 : floor);
  }

  static Value modulo(Value a, Value b) {
    requireNotZero(b);
    if (isInteger(a) && isInteger(b)) {
      BigInteger rest = integer(a).remainder(integer(b));
      boolean other = rest.signum() != 0 && rest.signum() != integer(b).signum();
      return new Int(other ? rest.add(integer(b)) : rest);
    }
    return new Real(floorModulo(real(a), real(b)));
  }

  private static double floorModulo(double x, double y) {
    double rest = x % y;
    if (rest == 0) {
      return Math.copySign(0.0, y);
    }
    return (y < 0) == (rest < 0) ? rest : rest + y;
  }

  private static void requireNotZero(Value divisor) {
    if (isInteger(divisor) ? integer(divisor).signum() == 0 : real(divisor) == 0) {
      throw new Failure("division by zero");
    }
  }

  static Value power(Value a, Value b) {
    if (isInteger(a) && isInteger(b) && integer(b).signum() >= 0) {
      BigInteger base = integer(a);
      int exponent = index(b);
      if ((long) Math.max(1, base.bitLength()) * exponent > MAX_BITS && base.bitLength() > 1) {
        throw tooLong();
      }
      return base.bitLength() <= 1 ? small(base, integer(b)) : bounded(base.pow(exponent));
    }
    double x = real(a);
    double y = real(b);
    if (x == 0 && y < 0) {
      throw new Failure("0.0 cannot be raised to a negative power");
    }
    if (x < 0 && Double.isFinite(x) && Double.isFinite(y) && y != Math.rint(y)) {
      throw Failure.unsupported("complex numbers, which a root of a negative number is");
    }
    double power = Math.pow(x, y);
    if (Double.isInfinite(power) && Double.isFinite(x) && Double.isFinite(y)) {
      throw new Failure("the result of ** is too large for a float");
    }
    return new Real(x == 1 ? 1 : power);
  }

  /** A power of -2 to 1, whose bit length says nothing about how long it gets. */
  private static Value small(BigInteger base, BigInteger exponent) {
    if (exponent.signum() == 0) {
      return Int.of(1);
    }
    if (base.abs().bitLength() <= 1) {
      return base.signum() < 0 && !exponent.testBit(0) ? Int.of(1) : new Int(base);
    }
    if (exponent.bitLength() > 16) {
      throw tooLong();
    }
    return bounded(base.pow(exponent.intValue()));
  }

  static Value negate(Value a) {
    return a instanceof Real number ? new Real(-number.value()) : new Int(integer(a).negate());
  }

  private static Value bounded(BigInteger number) {
    if (number.bitLength() > MAX_BITS) {
      throw tooLong();
    }
    return new Int(number);
  }

  private static Failure tooLong() {
    return Failure.unsupported("integers of more than %,d bits".formatted(MAX_BITS));
  }
}
