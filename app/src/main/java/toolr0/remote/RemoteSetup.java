package toolr0.remote;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a model behind endpoints is asked.
 *
 * @param endpoints that serve it, at least one, all under the same name
 * @param patience how long answers are waited for
 * @param dialect what requests say
 * @param answersPerRequest most answers that one request asks for, at least 1
 * @param mustBeListed whether an endpoint that lists its models must list this one
 * @param readings where figures and notes go
 */
record RemoteSetup(
    List<Endpoint> endpoints,
    Patience patience,
    Dialect dialect,
    int answersPerRequest,
    boolean mustBeListed,
    Readings readings) {
  RemoteSetup {
    endpoints = List.copyOf(endpoints);
  }

  /** The way in which a command asks one endpoint. */
  static RemoteSetup plain(Endpoint endpoint) {
    return new RemoteSetup(
        List.of(endpoint), Patience.usual(), Dialect.PLAIN, 1, false, new Readings());
  }

  /** The name of the model, empty for the only one that is served. */
  Optional<String> model() {
    return endpoints.getFirst().model();
  }

  /** The endpoints' addresses, for people. */
  String addresses() {
    return endpoints.stream().map(e -> e.base().toString()).collect(Collectors.joining(", "));
  }
}
