package toolr0.selfplay;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import toolr0.chat.ModelUnavailableException;
import toolr0.policy.ChatSampler;

/** The models behind endpoints that a run's configuration names. */
public interface RemoteModels {

  /**
   * Opens the model of a role; it must be closed.
   *
   * @param iteration of the checkpoint that it stands in for, 0 for the base model
   * @param checkpoint that one's folder, for messages
   * @throws ModelUnavailableException when no endpoint can be reached, or one does not serve it
   * @throws java.util.concurrent.CancellationException when the models were told to stop
   */
  ChatSampler open(RemoteRole role, int iteration, Path checkpoint);

  /** What was asked since the last call, by metric, for example {@code remote/probe/requests}. */
  SortedMap<String, Double> readings();

  /** What people should know of the endpoints since the last call, a sentence each. */
  List<String> notes();

  /** No models at all. */
  static RemoteModels none() {
    return new RemoteModels() {
      @Override
      public ChatSampler open(RemoteRole role, int iteration, Path checkpoint) {
        throw new IllegalStateException("no endpoint is configured for " + role.wireName());
      }

      @Override
      public SortedMap<String, Double> readings() {
        return Collections.emptySortedMap();
      }

      @Override
      public List<String> notes() {
        return List.of();
      }
    };
  }
}
