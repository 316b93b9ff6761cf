package toolr0.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import toolr0.Mutations;
import toolr0.testsupport.TimeBound;
import toolr0.testsupport.WorstCases;

/** A menu of tools and, after a blank line, calls. */
class ToolMenusFuzzTest {
  private static final int MUTATIONS = 10_000;
  private static final int HUGE = 10_000_000;
  private static final String BLANK_LINE = "\n\n";
  private static final String CALL = "[{\"name\":\"f\",\"arguments\":{\"a\":1}}]";

  @FuzzTest(maxDuration = "60s")
  void anyMenuIsReadAndAnyCallIsChecked(byte[] data) {
    check(new String(data, StandardCharsets.UTF_8));
  }

  @Test
  void randomChangesOfMenusAndCallsAreReadWithoutAnException() {
    Mutations.run(
        Mutations.seeds(
            ToolMenusFuzzTest.class, "ToolMenusFuzzTestInputs/anyMenuIsReadAndAnyCallIsChecked"),
        3,
        MUTATIONS,
        ToolMenusFuzzTest::check);
  }

  @Test
  void worstCasesAreReadWithoutAnException() {
    WorstCases.each(WorstCases.SIZE, text -> check(text + BLANK_LINE + CALL));
    WorstCases.each(
        WorstCases.SIZE / 2,
        text -> {
          String quoted = WorstCases.quoted(text);
          check(
              "[{\"name\":%s,\"description\":%s,\"parameters\":{\"a\":{\"type\":%s}}}]"
                  .formatted(quoted, quoted, quoted));
          check(
              "[{\"name\":\"f\",\"parameters\":{\"a\":{\"type\":\"string\",\"default\":%s}}}]%s%s"
                  .formatted(
                      quoted,
                      BLANK_LINE,
                      "[{\"name\":\"f\",\"arguments\":{\"a\":" + quoted + "}}]"));
          for (String type : List.of("integer", "number", "array", "object")) {
            check(
                "[{\"name\":\"f\",\"parameters\":{\"a\":{\"type\":\"%s\",\"default\":%s}}}]%s%s"
                    .formatted(type, quoted, BLANK_LINE, CALL));
          }
        });
  }

  @Test
  void manyCallsOfManyToolsAreChecked() {
    int half = WorstCases.SIZE / 2;
    String calls = WorstCases.listed("{\"name\":\"f%d\",\"arguments\":{\"a\":1}}", half);
    String sameTool = WorstCases.listed("{\"name\":\"f\",\"arguments\":{\"a\":%d}}", half);
    String arguments =
        "[{\"name\":\"f\",\"arguments\":{" + WorstCases.joined("\"a%d\":%d", half) + "}}]";
    String values = WorstCases.listed("{\"name\":\"f\",\"arguments\":{\"a\":\"v%d\"}}", half);
    check(
        WorstCases.listed("{\"name\":\"f%d\",\"parameters\":{\"a\":\"int\"}}", half)
            + BLANK_LINE
            + calls);
    check(parameters("\"a\":\"int\"") + BLANK_LINE + sameTool);
    check(
        "[{\"name\":\"f\",\"parameters\":{\"properties\":{%s},\"required\":[%s]}}]%s%s"
            .formatted(
                WorstCases.joined("\"a%d\":\"int\"", half / 2),
                WorstCases.joined("\"a%d\"", half / 3),
                BLANK_LINE,
                WorstCases.listed("{\"name\":\"f\"}", half)));
    check(parameters(WorstCases.joined("\"a%d\":\"int\"", half)) + BLANK_LINE + arguments);
    check(
        parameters(
                "\"a\":{\"type\":\"string\",\"enum\":" + WorstCases.listed("\"v%d\"", half) + "}")
            + BLANK_LINE
            + values);
    check(
        parameters("\"a\":{\"type\":\"array\",\"default\":" + WorstCases.listed("[]", half) + "}")
            + BLANK_LINE
            + sameTool);
  }

  @Test
  void aMenuOfTenMillionCharactersIsReadOrRefusedWithAReason() {
    for (String piece : List.of("[", "\"", "{\"name\":\"f\"},", "\u0301", "1")) {
      String text = "[" + WorstCases.repeated(piece, HUGE) + "]";
      for (MenuSyntax syntax : MenuSyntax.values()) {
        ParsedMenu parsed =
            TimeBound.within("reading a menu", HUGE, () -> ToolMenus.parse(text, syntax));
        assertThat(parsed)
            .isInstanceOfSatisfying(
                ParsedMenu.Unusable.class,
                unusable -> assertThat(unusable.reason()).isNotBlank().hasSizeLessThan(1_000));
      }
    }
  }

  private static String parameters(String stated) {
    return "[{\"name\":\"f\",\"parameters\":{" + stated + "}}]";
  }

  private static void check(String text) {
    int blank = text.indexOf(BLANK_LINE);
    String menuText = blank < 0 ? text : text.substring(0, blank);
    String answer = blank < 0 ? "" : text.substring(blank);
    for (MenuSyntax syntax : MenuSyntax.values()) {
      ParsedMenu parsed =
          TimeBound.within(
              "reading a menu as " + syntax,
              text.length(),
              () -> ToolMenus.parse(menuText, syntax));
      if (parsed instanceof ParsedMenu.Menu(List<ToolSpec> menu)) {
        assertThat(menu).extracting(ToolSpec::name).doesNotHaveDuplicates().doesNotContain("");
        if (syntax == MenuSyntax.CHECKED) {
          assertThat(ToolMenus.parse(ToolMenus.write(menu))).isEqualTo(parsed);
        }
        if (CallParser.parse(answer) instanceof ParsedCalls.Calls(List<ToolCall> calls, int _)) {
          check(calls, menu, text.length());
        }
      }
    }
  }

  /** The calls are checked, and equal themselves by every rule. */
  private static void check(List<ToolCall> calls, List<ToolSpec> menu, int size) {
    List<SchemaViolation> violations =
        TimeBound.within("checking calls", size, () -> SchemaCheck.check(calls, menu));
    Set<String> names = menu.stream().map(ToolSpec::name).collect(Collectors.toSet());
    assertThat(violations)
        .allMatch(v -> (v.kind() == SchemaViolation.Kind.UNKNOWN_TOOL) != names.contains(v.tool()));
    assertThat(
            TimeBound.within(
                "strict comparison", size, () -> CallMatcher.strict(calls, calls, menu)))
        .isTrue();
    assertThat(
            TimeBound.within(
                "equivalent comparison", size, () -> CallMatcher.equivalent(calls, calls, menu)))
        .isTrue();
    assertThat(
            TimeBound.within(
                "published comparison", size, () -> CallMatcher.published(calls, calls)))
        .isTrue();
  }
}
