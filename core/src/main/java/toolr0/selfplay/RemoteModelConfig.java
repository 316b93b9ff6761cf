package toolr0.selfplay;

import java.util.List;
import toolr0.base.Check;

/**
 * The model that one kind of question goes to.
 *
 * @param endpoints addresses that serve it, for example {@code http://localhost:8000/v1}; requests
 *     are spread over them. Empty: the run's own checkpoint answers, on this machine
 * @param model its name as the endpoints list it; all of them must. In it, "{iteration}" stands for
 *     the iteration of the checkpoint that it stands in for, 0 for the base model
 * @param apiKeyVariable environment variable with the key that these endpoints ask for, if they ask
 *     for one; the key itself is never written anywhere
 */
public record RemoteModelConfig(List<String> endpoints, String model, String apiKeyVariable) {
  private static final String ITERATION = "{iteration}";

  /** The variable that OpenAI's own clients read. */
  public static final String API_KEY_VARIABLE = "OPENAI_API_KEY";

  public RemoteModelConfig {
    endpoints = List.copyOf(endpoints);
    Check.require(
        endpoints.stream().distinct().count() == endpoints.size(),
        "endpoints",
        endpoints,
        "must not name an address twice");
    Check.require(
        endpoints.isEmpty() || !model.isBlank(),
        "model",
        "\"\"",
        "must name the model that the endpoints serve");
    Check.require(
        !endpoints.isEmpty() || model.isBlank(),
        "model",
        model,
        "is served nowhere: endpoints is empty");
    Check.require(
        apiKeyVariable.matches("[A-Z_][A-Z0-9_]*"),
        "api_key_variable",
        "what is written there",
        "must be the name of an environment variable in capitals, not the key itself");
  }

  /** Nobody: the run's own checkpoint answers. */
  public static RemoteModelConfig none() {
    return new RemoteModelConfig(List.of(), "", API_KEY_VARIABLE);
  }

  /** Whether a model behind an endpoint answers. */
  boolean used() {
    return !endpoints.isEmpty();
  }

  /** Whether another model is asked in every iteration. */
  public boolean followsIterations() {
    return model.contains(ITERATION);
  }

  /**
   * The model's name in an iteration.
   *
   * @param iteration of the checkpoint that it stands in for, 0 for the base model
   */
  public String model(int iteration) {
    return model.replace(ITERATION, Integer.toString(iteration));
  }

  /** The same, served and asked for by the means of another session of the run. */
  RemoteModelConfig inSessionOf(RemoteModelConfig other) {
    return used() == other.used()
        ? new RemoteModelConfig(other.endpoints, model, other.apiKeyVariable)
        : this;
  }

  /** Which model that is, for people: "model at address, address". */
  String inWords() {
    return model + " at " + String.join(", ", endpoints);
  }
}
