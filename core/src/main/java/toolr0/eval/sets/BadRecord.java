package toolr0.eval.sets;

import java.nio.file.Path;
import toolr0.eval.BenchmarkException;

/** Says why a record of a benchmark cannot be used; it carries no trace. */
final class BadRecord extends Exception {
  private static final long serialVersionUID = 1L;

  BadRecord(String reason) {
    super(reason, null, false, false);
  }

  /** What is wrong, for people. */
  String reason() {
    return String.valueOf(getMessage());
  }

  /** The same of a part of the record or file. */
  BadRecord at(String place) {
    return new BadRecord(place + ": " + reason());
  }

  /** The error of a file that all tasks need, such as the one of the tools. */
  BenchmarkException in(Path file) {
    return new BenchmarkException(file + ": " + reason() + "; restore the file as published");
  }
}
