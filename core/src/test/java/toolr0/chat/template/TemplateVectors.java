package toolr0.chat.template;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toolr0.base.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Templates with what Jinja2 makes of them. A file has one template and many contexts, or one
 * context and many templates; its cases name the output, the spans of generation blocks in it, or
 * an error.
 */
final class TemplateVectors {
  static final LocalDateTime NOW = LocalDateTime.of(2025, 3, 7, 9, 5, 3);

  private TemplateVectors() {}

  /** One template in one context. */
  record Case(String name, String template, ObjectNode context, JsonNode expected) {

    /** What differs, empty when nothing does. */
    Optional<String> disagreement() {
      RenderedChat actual;
      try {
        actual = Template.parse(name, template).render(values(context), NOW);
      } catch (TemplateException e) {
        return expected.has("error")
            ? Optional.empty()
            : Optional.of("%s: %s fails: %s".formatted(name, template, e.getMessage()));
      }
      if (expected.has("error")) {
        return Optional.of(
            "%s: %s gives <%s> instead of the error %s"
                .formatted(name, template, actual.text(), expected.get("error")));
      }
      String output = expected.get("output").stringValue();
      if (!actual.text().equals(output)) {
        return Optional.of(
            "%s: %s gives%n<%s> instead of%n<%s>".formatted(name, template, actual.text(), output));
      }
      List<RenderedChat.Span> spans = spans(expected.path("generation_spans"));
      return actual.generations().equals(spans)
          ? Optional.empty()
          : Optional.of(
              "%s: %s marks %s instead of %s"
                  .formatted(name, template, actual.generations(), spans));
    }
  }

  private static List<RenderedChat.Span> spans(JsonNode list) {
    List<RenderedChat.Span> spans = new ArrayList<>();
    for (JsonNode span : list.values()) {
      spans.add(new RenderedChat.Span(span.get(0).intValue(), span.get(1).intValue()));
    }
    return spans;
  }

  static Map<String, Value> values(ObjectNode context) {
    Map<String, Value> values = new HashMap<>();
    context.properties().forEach(e -> values.put(e.getKey(), JsonValues.content(e.getValue())));
    return values;
  }

  /** The cases of a file. */
  static List<Case> read(Path file) {
    try {
      return read(String.valueOf(file.getFileName()), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Case> read(String file, String text) {
    return read(file, Json.parseObject(text));
  }

  static List<Case> read(String file, ObjectNode root) {
    List<Case> cases = new ArrayList<>();
    for (JsonNode test : root.get("cases").values()) {
      JsonNode template = test.has("template") ? test.get("template") : root.get("template");
      JsonNode context = test.has("context") ? test.get("context") : root.get("context");
      String name = file + " " + test.path("name").stringValue("" + cases.size());
      cases.add(new Case(name, template.stringValue(), (ObjectNode) context, test));
    }
    return cases;
  }
}
