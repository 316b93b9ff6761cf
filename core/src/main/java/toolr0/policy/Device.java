package toolr0.policy;

/**
 * What a model's tensors lie on and are computed by.
 *
 * @param kind of device
 * @param index of the device among its kind, from 0
 */
public record Device(Kind kind, int index) {

  /** The kinds of devices. */
  public enum Kind {
    CPU,
    /** An NVIDIA GPU. */
    CUDA,
    /** The GPU of an Apple processor. */
    MPS
  }

  /** The processor. */
  public static final Device CPU = new Device(Kind.CPU, 0);

  /** The devices that can be asked for. */
  public static final String EXPECTED = "cpu, cuda, cuda:N (N from 0) or mps";

  /**
   * A device as configuration spells it.
   *
   * @throws IllegalArgumentException whose message says what the text is and what was expected
   */
  public static Device parse(String text) {
    if (text.matches("cuda:\\d{1,2}")) {
      return new Device(Kind.CUDA, Integer.parseInt(text.substring(text.indexOf(':') + 1)));
    }
    return switch (text) {
      case "cpu" -> CPU;
      case "cuda" -> new Device(Kind.CUDA, 0);
      case "mps" -> new Device(Kind.MPS, 0);
      default ->
          throw new IllegalArgumentException(
              "device is \"" + text + "\", but it must be " + EXPECTED);
    };
  }

  public boolean isCpu() {
    return kind == Kind.CPU;
  }

  /** As libtorch spells it, for example {@code cuda:1}. */
  @Override
  public String toString() {
    return switch (kind) {
      case CPU -> "cpu";
      case CUDA -> "cuda:" + index;
      case MPS -> "mps";
    };
  }
}
