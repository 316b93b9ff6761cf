package toolr0.selfplay;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import toolr0.curriculum.DatasetModels;
import toolr0.policy.ChatSampler;
import toolr0.policy.PolicyStore;

/**
 * Who answers the questions of a stage: a checkpoint of the run, or the model behind endpoints that
 * is configured in its place.
 *
 * @param store opens the run's checkpoints
 */
record Respondents(RemoteConfig config, RemoteModels remote, PolicyStore store) {

  /**
   * The open models of the Generator's training.
   *
   * @param probe answers tasks
   * @param judge grades them, empty when nobody does; it may be the same
   */
  record Advisers(ChatSampler probe, Optional<ChatSampler> judge, List<ChatSampler> open)
      implements AutoCloseable {
    @Override
    public void close() {
      open.forEach(ChatSampler::close);
    }
  }

  /**
   * Opens who answers the Generator's tasks and who grades them. A checkpoint that does both is
   * opened once.
   *
   * @param iteration of the Generator
   * @param solver the frozen Solver's checkpoint, of the iteration before
   * @param judged whether anybody grades
   */
  Advisers advisers(int iteration, Path solver, boolean judged) {
    List<ChatSampler> open = new ArrayList<>();
    try {
      ChatSampler probe = opened(RemoteRole.PROBE, iteration - 1, solver, open);
      Optional<ChatSampler> judge =
          !judged
              ? Optional.empty()
              : Optional.of(
                  config.probe().used() || config.judge().used()
                      ? opened(RemoteRole.JUDGE, iteration - 1, solver, open)
                      : probe);
      return new Advisers(probe, judge, open);
    } catch (RuntimeException e) {
      open.forEach(ChatSampler::close);
      throw e;
    }
  }

  private ChatSampler opened(
      RemoteRole role, int iteration, Path checkpoint, List<ChatSampler> open) {
    ChatSampler model = open(role, iteration, checkpoint, "solver");
    open.add(model);
    return model;
  }

  /**
   * Who makes a dataset.
   *
   * @param iteration of the dataset
   * @param generator the trained Generator's checkpoint
   * @param solver the frozen Solver's checkpoint, of the iteration before
   */
  DatasetModels datasetModels(int iteration, Path generator, Path solver) {
    boolean ownJudge = config.judge().used() || config.verification().used();
    return new DatasetModels(
        () -> open(RemoteRole.CANDIDATES, iteration, generator, "generator"),
        () -> open(RemoteRole.VERIFICATION, iteration - 1, solver, "solver"),
        ownJudge
            ? Optional.of(() -> open(RemoteRole.JUDGE, iteration - 1, solver, "solver"))
            : Optional.empty());
  }

  private ChatSampler open(RemoteRole role, int iteration, Path checkpoint, String name) {
    return config.model(role).used()
        ? remote.open(role, iteration, checkpoint)
        : store.open(checkpoint, name);
  }

  /** What stages are told beside what they do: "; probe: m at http://host/v1", or nothing. */
  String inWords(RemoteRole... roles) {
    return Stream.of(roles)
        .filter(role -> config.model(role).used())
        .map(role -> "; " + role.wireName() + ": " + config.model(role).inWords())
        .collect(Collectors.joining());
  }
}
