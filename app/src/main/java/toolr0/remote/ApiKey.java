package toolr0.remote;

import java.util.Optional;
import toolr0.selfplay.RemoteModelConfig;

/** The secret that an endpoint asks for. It is sent to the endpoint and shown nowhere. */
public final class ApiKey {
  /** The environment variable that holds it where none is named. */
  public static final String VARIABLE = RemoteModelConfig.API_KEY_VARIABLE;

  private static final String MASK = "***";
  private static final int SHORTEST_SECRET = 8;

  private final String secret;

  private ApiKey(String secret) {
    this.secret = secret;
  }

  /**
   * The key in a text, white space around it apart; empty when the text is blank.
   *
   * @throws IllegalArgumentException when it holds anything but visible ASCII characters
   */
  public static Optional<ApiKey> of(String text) {
    String secret = text.strip();
    if (!secret.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "a key holds neither white space nor characters beyond ASCII");
    }
    return secret.isEmpty() ? Optional.empty() : Optional.of(new ApiKey(secret));
  }

  String authorization() {
    return "Bearer " + secret;
  }

  /** The text with the key masked; a key that is as short as a word is a placeholder. */
  String maskIn(String text) {
    return secret.length() < SHORTEST_SECRET ? text : text.replace(secret, MASK);
  }

  @Override
  public String toString() {
    return MASK;
  }
}
