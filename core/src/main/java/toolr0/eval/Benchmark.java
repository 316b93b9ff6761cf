package toolr0.eval;

import java.util.List;

/** A fixed set of tasks by which Solvers are measured. */
public interface Benchmark {

  /** The name in configuration and reports. */
  String name();

  /** The tasks, always the same and in the same order; at least one. */
  List<BenchmarkTask> tasks();
}
