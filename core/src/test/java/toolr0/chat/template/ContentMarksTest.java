package toolr0.chat.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toolr0.base.Json;

/** Every character of an output is content exactly where it comes from a message. */
class ContentMarksTest {
  private static final Map<String, Value> VARIABLES =
      Map.of(
          "text", JsonValues.content(Json.parse("\" Αβγ δεκ Ζη\\nθι \"")),
          "list", JsonValues.content(Json.parse("[\"αβ\", \"γδ\", {\"ε\": \"ζ\"}]")));

  /** Content is in Greek here, and the template's own text is not. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'<' ~ text.strip()|replace('\\n', '_')|replace(' ', '_') ~ '>'",
        "text.split()|join('-')",
        "text.split('κ')[1].split()[0] + 'x'",
        "(text.split()|join)[::-1]",
        "(text.split()|join)[1:4] ~ 'abc'[1:]",
        "text.split()|join|upper ~ 'x'|upper",
        "text.split()|join|lower|capitalize|title",
        "text.split()|join|replace('β', 'beta')",
        "'axa'.replace('x', text.split()[0])",
        "'%s-%5s|%-9s|' % (text.split()[0], list[0], list[1])",
        "'{}/{a:>6}/{b!r}'.format(list[0], a=list[1], b=list[0])",
        "list|string",
        "list|tojson(indent=2)",
        "list|map('upper')|list|join('+')",
        "list[0]|list|join('.')",
        "list[0] * 3 ~ '=' * 3",
        "list[0]|center(9)|replace(' ', '.')",
        "list[0].zfill(7) ~ list[0].ljust(5, '*')",
        "list[0]|indent(2, true)|replace(' ', '_')",
        "list[0]|e ~ '<'|e",
        "(list[:2]|sort(reverse=true))|first ~ list[2]|dictsort",
        "text.split()|join|truncate(5, true)",
        "list[0].partition('β')|join('/')",
        "list[2].ε ~ (list[2].keys()|list)[0] ~ dict(a=list[0])",
        "list[0] if list else 'none'",
        "list[7]|default('d') ~ list[0]|default('d')",
        "namespace(a=list[0]).a ~ [list[0]][0]",
      })
  void marksGoWithTheirCharacters(String expression) {
    RenderedChat chat = render("{{ " + expression + " }}");
    assertThat(chat.text()).isNotEmpty();
    for (int i = 0; i < chat.text().length(); i++) {
      assertThat(chat.hasContent(i, i + 1))
          .as("character %d of <%s>", i, chat.text())
          .isEqualTo(isGreek(chat.text().charAt(i)));
    }
  }

  private static boolean isGreek(char c) {
    return Character.UnicodeScript.of(c) == Character.UnicodeScript.GREEK;
  }

  private static RenderedChat render(String template) {
    return Template.parse("marks", template).render(VARIABLES, TemplateVectors.NOW);
  }

  @Test
  void marksGoThroughBlocksAndMacros() {
    for (String template :
        List.of(
            "{% set x %}a{{ list[0] }}b{% endset %}{{ x }}",
            "{% macro m(x) %}a{{ x }}b{% endmacro %}{{ m(list[0]) }}",
            "{% filter upper %}a{{ list[0] }}b{% endfilter %}",
            "{% for c in list[0] %}{{ loop.index }}{{ c }}{% endfor %}",
            "{% macro m() %}a{{ caller() }}{% endmacro %}{% call m() %}{{ list[0] }}{% endcall %}",
            "{% generation %}a{{ list[0] }}{% endgeneration %}b")) {
      RenderedChat chat = render(template);
      for (int i = 0; i < chat.text().length(); i++) {
        assertThat(chat.hasContent(i, i + 1))
            .as("character %d of <%s>", i, chat.text())
            .isEqualTo(isGreek(chat.text().charAt(i)));
      }
    }
  }

  @Test
  void theEscapesOfContentAreContent() {
    RenderedChat chat = render("{{ text|tojson }}");
    int escape = chat.text().indexOf("\\n");
    assertThat(chat.hasContent(escape, escape + 1)).isTrue();
    assertThat(chat.hasContent(escape + 1, escape + 2)).isTrue();
    assertThat(chat.hasContent(0, 1)).isFalse();
  }
}
