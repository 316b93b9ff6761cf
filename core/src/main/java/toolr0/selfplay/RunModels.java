package toolr0.selfplay;

import java.nio.file.Path;
import toolr0.policy.PolicyStore;

/**
 * The models that a run starts from, makes and asks.
 *
 * @param base folder of the base checkpoint
 * @param store opens checkpoints: the base and the run's own
 * @param remote those behind endpoints that the configuration names
 */
public record RunModels(Path base, PolicyStore store, RemoteModels remote) {}
