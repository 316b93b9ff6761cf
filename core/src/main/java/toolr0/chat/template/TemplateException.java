package toolr0.chat.template;

/**
 * A chat template cannot be used, or refuses a chat: the message names the template, its line and
 * what is wrong.
 */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int line;

  TemplateException(String template, int line, String problem) {
    super("%s, line %d of the template: %s".formatted(template, line, problem));
    this.line = line;
  }

  TemplateException(String message) {
    super(message);
    this.line = 0;
  }

  /** The template's line, from 1; 0 where the trouble is in the files around the template. */
  public int line() {
    return line;
  }
}
