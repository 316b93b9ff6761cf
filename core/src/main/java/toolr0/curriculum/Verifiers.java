package toolr0.curriculum;

import java.util.Optional;
import toolr0.policy.ChatSampler;

/**
 * The open models of the verification.
 *
 * @param solver answers
 * @param otherJudge says how difficult a task is; empty when the solver does
 */
record Verifiers(ChatSampler solver, Optional<ChatSampler> otherJudge) implements AutoCloseable {

  /** Opens them; a judge of its own only where one is asked. */
  static Verifiers open(DatasetModels models, DifficultySource difficulty) {
    ChatSampler solver = models.solver().get();
    if (difficulty != DifficultySource.JUDGE || models.judge().isEmpty()) {
      return new Verifiers(solver, Optional.empty());
    }
    try {
      return new Verifiers(solver, Optional.of(models.judge().get().get()));
    } catch (RuntimeException e) {
      solver.close();
      throw e;
    }
  }

  /** Says how difficult a task is. */
  ChatSampler judge() {
    return otherJudge.orElse(solver);
  }

  @Override
  public void close() {
    solver.close();
    otherJudge.ifPresent(ChatSampler::close);
  }
}
