package toolr0.remote;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a model is asked.
 *
 * @param base the address that {@code /chat/completions} is appended to, without a slash at its end
 * @param model the served model's name; empty for the only one that is served
 * @param apiKey what the endpoint asks for, empty when it asks for nothing
 * @param concurrency most requests at once, at least 1
 * @param timeout longest time from a request to the end of its answer
 * @param settings where the user sets these, for messages
 */
public record Endpoint(
    URI base,
    Optional<String> model,
    Optional<ApiKey> apiKey,
    int concurrency,
    Duration timeout,
    Settings settings) {
  /** An endpoint that options of a command describe. */
  public Endpoint(
      URI base,
      Optional<String> model,
      Optional<ApiKey> apiKey,
      int concurrency,
      Duration timeout) {
    this(base, model, apiKey, concurrency, timeout, Settings.OPTIONS);
  }

  /**
   * The names of the settings that messages advise to change.
   *
   * @param model names the model
   * @param apiKey the environment variable with the key
   * @param meant what the name stands for, where that is known; empty otherwise
   */
  public record Settings(String model, String apiKey, String meant) {
    static final Settings OPTIONS = new Settings("--model-name", ApiKey.VARIABLE);

    /** Settings of a model of which nothing but the name is known. */
    public Settings(String model, String apiKey) {
      this(model, apiKey, "");
    }

    /** The same of a model that is known. */
    Settings meaning(String what) {
      return new Settings(model, apiKey, what);
    }
  }

  /** Requests at once where nothing else is wanted. */
  public static final int DEFAULT_CONCURRENCY = 8;

  /** Longest time for an answer where nothing else is wanted; that of OpenAI's own clients. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);

  private static final String VERSION_SEGMENT = ".*/v[0-9]+[a-z0-9]*(/.*)?";
  private static final String CHAT = "/chat/completions";

  /**
   * The base of an address as people write it: {@code /v1} is appended when its path names no
   * version, and {@code /chat/completions} is taken off.
   *
   * @throws IllegalArgumentException when it is no address of an HTTP endpoint
   */
  public static URI base(String address) {
    URI uri;
    try {
      uri = new URI(address.strip());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(expected(address, e.getReason()), e);
    }
    String scheme = Optional.ofNullable(uri.getScheme()).orElse("");
    if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
      throw new IllegalArgumentException(expected(address, "it is neither http nor https"));
    }
    if (uri.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "the address of an endpoint must not hold a user or a password; put the key into an environment variable such as "
              + ApiKey.VARIABLE);
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException(expected(address, "it names no host"));
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(expected(address, "it has a query or a fragment"));
    }
    String path = uri.getRawPath().replaceAll("/+$", "");
    if (path.endsWith(CHAT)) {
      path = path.substring(0, path.length() - CHAT.length());
    }
    if (!path.matches(VERSION_SEGMENT)) {
      path += "/v1";
    }
    return URI.create(scheme.toLowerCase(Locale.ROOT) + "://" + uri.getRawAuthority() + path);
  }

  private static String expected(String address, String problem) {
    return "\"%s\" is no address of an endpoint: %s; expected for example http://localhost:8000/v1"
        .formatted(address, problem);
  }
}
