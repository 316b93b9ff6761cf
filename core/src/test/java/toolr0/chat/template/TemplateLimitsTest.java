package toolr0.chat.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No template hangs, fills the memory or overflows the stack. */
class TemplateLimitsTest {
  private static final long SMALL_STACK = 512 * 1024;
  private static final String GROW =
      "{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}";

  static List<String> hostile() {
    return List.of(
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
        "{% for i in range(100000) %}{% for j in range(100000) %}x{% endfor %}{% endfor %}",
        "{% set ns = namespace(x='a') %}" + GROW,
        "{% set ns = namespace(x=[1]) %}" + GROW,
        "{% set ns = namespace(x=(1,)) %}" + GROW,
        "{% set ns = namespace(x=[]) %}{% for i in range(1000) %}"
            + "{% set ns.x = ns.x + range(100000)|list %}{% endfor %}",
        "{% set ns = namespace(x=[]) %}{% for i in range(100000) %}{% set ns.x = [ns.x] %}{% endfor %}"
            + "{{ ns.x }}",
        "{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}",
        "{{ 'a' * 1000000000 }}",
        "{{ [0] * 1000000000 }}",
        "{{ ('a' * 1000000)|replace('a', 'a' * 1000000) }}",
        "{{ (['a' * 1000000] * 1000)|join }}",
        "{{ (['a' * 1000000] * 1000)|string }}",
        "{{ (['a' * 1000000] * 1000)|tojson }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '{:>999999999}'.format('a') }}",
        "{{ '%.999999999f' % 1 }}",
        "{{ 'a'|center(1000000000) }}",
        "{{ 'a'.zfill(1000000000) }}",
        "{{ 'a\nb'|indent(1000000000) }}",
        "{{ '\t'.expandtabs(1000000000) }}",
        "{{ [1]|tojson(indent=1000000000) }}",
        "{{ [1]|batch(1000000000, 0)|list }}",
        "{{ [1]|slice(1000000000)|list }}",
        "{{ range(100001) }}",
        "{{ range(10 ** 30)|length }}",
        "{{ 9 ** (9 ** 9) }}",
        "{{ 2 ** (10 ** 30) }}",
        "{{ -2 ** (10 ** 9 + 1 - 0) }}",
        "{{ 10 ** 20000 }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% macro m(x) %}{{ m([x]) }}{% endmacro %}{{ m(1) }}",
        "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{% set a = ['a' * 1000000] * 1000 %}{% set b = ['a' * 999999 ~ 'a'] * 1000 %}{{ a == b }}",
        "{% set a = ['a' * 1000000] * 1000 %}{{ ('a' * 999999 ~ 'b') in a }}",
        "{{ (['a' * 1000000, 'a' * 999999 ~ 'a'] * 1000)|sort|length }}",
        "{{ (['a' * 1000000] * 1000)|map('upper')|map('length')|sum }}",
        "{% set s = 'ab' * 1000000 %}{% for i in range(1000) %}{{ s.find('ba' * 500000 ~ 'c') }}"
            + "{% endfor %}",
        "{{ " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + " }}",
        "{{ " + "[".repeat(100_000) + "]".repeat(100_000) + " }}",
        "{{ " + "not ".repeat(100_000) + "1 }}",
        "{{ " + "-".repeat(100_000) + "1 }}",
        "{{ 1" + " + 1".repeat(100_000) + " }}",
        "{{ a" + ".b".repeat(100_000) + " }}",
        "{{ a" + "|e".repeat(100_000) + " }}",
        "{{ a" + " if b else c".repeat(100_000) + " }}",
        "{% if a %}".repeat(50_000) + "{% endif %}".repeat(50_000),
        "{% for a in b %}".repeat(10_000),
        "{% set " + "(".repeat(10_000) + "a" + ")".repeat(10_000) + " = 1 %}",
        "x".repeat(Lexer.MAX_LENGTH + 1));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aHostileTemplateIsAnError(String template) throws InterruptedException {
    assertThat(renderOnSmallStack(template).getFirst()).isInstanceOf(TemplateException.class);
  }

  /** As deep as the parser and the renderer let it be, on a stack of half a megabyte. */
  @Test
  void theDeepestNestingFitsOnASmallStack() throws InterruptedException {
    String expression = "(".repeat(90) + "1" + " + 1)".repeat(90);
    List<Object> outcome =
        renderOnSmallStack(
            "{% macro m(n) %}{% if n %}{% for i in [1] %}{{ '' ~ ("
                + expression
                + " and m(n - 1)) }}{% endfor %}{% endif %}{% endmacro %}{{ m(1000) }}");
    assertThat(outcome.getFirst())
        .isInstanceOfSatisfying(
            TemplateException.class, e -> assertThat(e).hasMessageContaining("nested deeper than"));
    outcome =
        renderOnSmallStack(
            "{% if true %}".repeat(80)
                + "{{ 1"
                + " + 1".repeat(290)
                + " }}"
                + "{% endif %}".repeat(80));
    assertThat(outcome.getFirst())
        .isInstanceOfSatisfying(
            RenderedChat.class, chat -> assertThat(chat.text()).isEqualTo("291"));
  }

  @Test
  void aLongChatStaysWithinTheWork() {
    String content = "A sentence of a long document. ".repeat(20_000);
    RenderedChat chat =
        Template.parse(
                "long",
                "{% for m in messages %}{% set text = m.split('</think>')[-1]|trim %}"
                    + "{{ '<|im_start|>' + text + '<|im_end|>' }}{% endfor %}")
            .render(
                Map.of("messages", new Sequence.ListValue(List.of(Str.content(content)))),
                TemplateVectors.NOW);
    assertThat(chat.text()).hasSize(content.length() - 1 + 22);
  }

  private static List<Object> renderOnSmallStack(String template) throws InterruptedException {
    List<Object> outcome = Collections.synchronizedList(new ArrayList<>());
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                outcome.add(
                    Template.parse("hostile", template).render(Map.of(), TemplateVectors.NOW));
              } catch (TemplateException | Error e) {
                outcome.add(e);
              }
            },
            "small stack",
            SMALL_STACK);
    thread.start();
    thread.join();
    return outcome;
  }
}
