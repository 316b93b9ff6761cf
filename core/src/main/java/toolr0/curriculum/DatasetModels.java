package toolr0.curriculum;

import java.util.Optional;
import java.util.function.Supplier;
import toolr0.policy.ChatSampler;

/**
 * Who is asked while a dataset is made. Each is opened when its turn comes, and closed after it.
 *
 * @param generator writes the candidates
 * @param solver answers them
 * @param judge says how difficult they are; empty for the one that answers
 */
public record DatasetModels(
    Supplier<ChatSampler> generator,
    Supplier<ChatSampler> solver,
    Optional<Supplier<ChatSampler>> judge) {}
