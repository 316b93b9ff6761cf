package toolr0.torch.system;

import java.util.Optional;

/**
 * One thing that {@code doctor} looked at.
 *
 * @param name what, for example "memory"
 * @param status whether a run can live with it
 * @param value what was found
 * @param remedy what to do, when the status is not OK
 */
public record Fact(String name, Status status, String value, Optional<String> remedy) {

  /** Whether a run can live with a fact. */
  public enum Status {
    /** As it should be. */
    OK,
    /** A run works, but slower or with less room. */
    WARN,
    /** A run cannot work. */
    FAIL
  }

  static Fact ok(String name, String value) {
    return new Fact(name, Status.OK, value, Optional.empty());
  }

  static Fact warn(String name, String value, String remedy) {
    return new Fact(name, Status.WARN, value, Optional.of(remedy));
  }

  static Fact fail(String name, String value, String remedy) {
    return new Fact(name, Status.FAIL, value, Optional.of(remedy));
  }
}
