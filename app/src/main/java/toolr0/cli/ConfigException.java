package toolr0.cli;

/**
 * A configuration cannot be used: the message names file and line, the key, what was expected and
 * the remedy.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigException(Place place, String message) {
    super(place + ": " + message);
  }
}
