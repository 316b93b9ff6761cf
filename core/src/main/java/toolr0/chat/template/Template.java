package toolr0.chat.template;

import java.time.LocalDateTime;
import java.util.Map;

/** A template that has been read. It may be rendered any number of times, in several threads. */
final class Template {
  private final String name;
  private final StatementParser.Parsed parsed;

  private Template(String name, StatementParser.Parsed parsed) {
    this.name = name;
    this.parsed = parsed;
  }

  /**
   * Reads a template.
   *
   * @param name where it is from, for messages
   * @throws TemplateException where it is wrong or has something that is not supported
   */
  static Template parse(String name, String source) {
    return new Template(name, StatementParser.parse(name, source));
  }

  /**
   * Renders the template.
   *
   * @param variables the names that it is given
   * @param now the time that {@code strftime_now} tells
   * @throws TemplateException where it fails, refuses its input or has something not supported
   */
  RenderedChat render(Map<String, Value> variables, LocalDateTime now) {
    Renderer renderer = new Renderer(parsed.hidden());
    Scope scope = Scope.of(Globals.of(renderer.work(), now));
    variables.forEach(scope::set);
    try {
      return renderer.render(parsed.body(), scope);
    } catch (Failure e) {
      throw new TemplateException(name, renderer.line(), e.getMessage());
    } catch (StackOverflowError e) {
      throw new TemplateException(
          name, renderer.line(), "expressions, blocks and macros are nested too deeply");
    }
  }
}
