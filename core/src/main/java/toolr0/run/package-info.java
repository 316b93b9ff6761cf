/**
 * The run directory: lock, manifest, append-only logs, stage state and resume; and the events that
 * files and consoles both consume.
 *
 * <p>One rule makes a run resumable: {@link toolr0.run.RunDirectory#commit} records, in one atomic
 * file, which step is finished, which checkpoint holds it and how long every log was at that
 * moment. A resumed run cuts the logs to those lengths, removes checkpoints that no commit names,
 * and goes on from there.
 */
@NullMarked
package toolr0.run;

import org.jspecify.annotations.NullMarked;
