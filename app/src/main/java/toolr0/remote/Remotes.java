package toolr0.remote;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import toolr0.policy.ChatSampler;
import toolr0.selfplay.RemoteConfig;
import toolr0.selfplay.RemoteModelConfig;
import toolr0.selfplay.RemoteModels;
import toolr0.selfplay.RemoteRole;

/** The models behind endpoints that a configuration names, opened when a stage needs them. */
public final class Remotes implements RemoteModels, AutoCloseable {
  private static final String METRIC = "remote/";
  private static final String KEY = "remote.";

  private final RemoteConfig config;
  private final Map<RemoteRole, List<URI>> addresses = new EnumMap<>(RemoteRole.class);
  private final Map<RemoteRole, ApiKey> keys = new EnumMap<>(RemoteRole.class);
  private final Map<RemoteRole, Readings> readings = new EnumMap<>(RemoteRole.class);
  private final List<Servers> asked = new ArrayList<>();
  private boolean cancelled;

  /**
   * Models that nobody has asked yet.
   *
   * @param environment the value of an environment variable, empty when it is not set
   * @throws IllegalArgumentException when an address or a key is none, or a variable that was
   *     chosen for a key is not set; the message names it
   */
  public Remotes(RemoteConfig config, UnaryOperator<String> environment) {
    this.config = config;
    for (RemoteRole role : RemoteRole.values()) {
      RemoteModelConfig model = config.model(role);
      if (!model.endpoints().isEmpty()) {
        String variable = model.apiKeyVariable();
        addresses.put(
            role,
            named(
                KEY + role.wireName() + ".endpoints",
                () -> model.endpoints().stream().map(Endpoint::base).toList()));
        Optional<ApiKey> key = named(variable, () -> ApiKey.of(environment.apply(variable)));
        if (key.isEmpty() && !variable.equals(ApiKey.VARIABLE)) {
          throw new IllegalArgumentException(
              "%s%s.api_key_variable names %s, but this environment variable is not set; put the key into it, or leave the setting out where no key is asked for"
                  .formatted(KEY, role.wireName(), variable));
        }
        key.ifPresent(secret -> keys.put(role, secret));
      }
    }
  }

  private static <T> T named(String what, Supplier<T> parser) {
    try {
      return parser.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
    }
  }

  /**
   * Asks every endpoint that is configured for what it serves. The names of models that follow the
   * iterations are left to the stages, which come when their checkpoints are there.
   *
   * @throws toolr0.chat.ModelUnavailableException when none of a model's endpoints can be reached,
   *     or one does not serve the model
   */
  public void check() {
    for (RemoteRole role : RemoteRole.values()) {
      if (config.model(role).endpoints().isEmpty()) {
        continue;
      }
      boolean listed = !config.model(role).followsIterations();
      open(role, endpoints(role, config.model(role).model(), settings(role)), listed).close();
    }
  }

  @Override
  public ChatSampler open(RemoteRole role, int iteration, Path checkpoint) {
    RemoteModelConfig model = config.model(role);
    Endpoint.Settings settings = settings(role);
    if (model.followsIterations()) {
      settings = settings.meaning("the checkpoint " + checkpoint);
    }
    return open(role, endpoints(role, model.model(iteration), settings), true);
  }

  private RemoteModel open(RemoteRole role, List<Endpoint> endpoints, boolean mustBeListed) {
    RemoteSetup setup =
        new RemoteSetup(
            endpoints,
            new Patience(config.maxAttempts(), Duration.ofSeconds(config.deadlineSeconds())),
            new Dialect(config.samplingExtensions(), config.logprobs()),
            config.completionsPerRequest(),
            mustBeListed,
            readingsOf(role));
    return RemoteModel.open(setup, toBeAsked(new Servers(setup, UnaryOperator.identity())));
  }

  /** The same servers, which a cancellation reaches from before they are first asked. */
  private Servers toBeAsked(Servers servers) {
    synchronized (asked) {
      asked.removeIf(Servers::isCancelled);
      asked.add(servers);
      if (cancelled) {
        servers.cancel();
      }
    }
    return servers;
  }

  /** The number of models that are open. */
  int open() {
    synchronized (asked) {
      asked.removeIf(Servers::isCancelled);
      return asked.size();
    }
  }

  private List<Endpoint> endpoints(RemoteRole role, String model, Endpoint.Settings settings) {
    return addresses.getOrDefault(role, List.of()).stream()
        .map(
            base ->
                new Endpoint(
                    base,
                    Optional.of(model),
                    Optional.ofNullable(keys.get(role)),
                    config.concurrency(),
                    Duration.ofSeconds(config.timeoutSeconds()),
                    settings))
        .toList();
  }

  private Endpoint.Settings settings(RemoteRole role) {
    return new Endpoint.Settings(
        KEY + role.wireName() + ".model", config.model(role).apiKeyVariable());
  }

  private Readings readingsOf(RemoteRole role) {
    return readings.computeIfAbsent(role, _ -> new Readings());
  }

  @Override
  public SortedMap<String, Double> readings() {
    SortedMap<String, Double> all = new TreeMap<>();
    readings.forEach(
        (role, own) ->
            own.take()
                .forEach(
                    (name, value) -> {
                      all.put(METRIC + role.wireName() + "/" + name, value);
                      if (name.equals("requests") || name.equals("failed")) {
                        all.merge(METRIC + name, value, Double::sum);
                      }
                    }));
    return all;
  }

  @Override
  public List<String> notes() {
    return Stream.of(RemoteRole.values())
        .flatMap(role -> readingsOf(role).takeNotes().stream().map(n -> role.wireName() + ": " + n))
        .toList();
  }

  /** Ends all requests, and all that would come; who waits for answers is told so. */
  public void cancel() {
    synchronized (asked) {
      cancelled = true;
      asked.forEach(Servers::cancel);
    }
  }

  @Override
  public void close() {
    cancel();
  }
}
