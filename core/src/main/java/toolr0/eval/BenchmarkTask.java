package toolr0.eval;

import toolr0.task.Task;

/**
 * One task of a benchmark.
 *
 * @param id unique within its benchmark
 * @param category what it tries
 */
public record BenchmarkTask(String id, String category, Task task) {}
