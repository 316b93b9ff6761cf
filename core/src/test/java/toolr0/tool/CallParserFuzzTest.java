package toolr0.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import toolr0.Mutations;
import tools.jackson.databind.JsonNode;

class CallParserFuzzTest {
  private static final int MUTATIONS = 20_000;

  @FuzzTest(maxDuration = "60s")
  void anyTextIsReadWithoutAnException(byte[] data) {
    check(new String(data, StandardCharsets.UTF_8));
  }

  @Test
  void randomChangesOfAnswersAreReadWithoutAnException() {
    Mutations.run(
        Mutations.seeds(
            CallParserFuzzTest.class, "CallParserFuzzTestInputs/anyTextIsReadWithoutAnException"),
        1,
        MUTATIONS,
        CallParserFuzzTest::check);
  }

  /** Whatever is read as calls can be written, and is read back as the same calls. */
  private static void check(String text) {
    for (CallSyntax syntax : CallSyntax.values()) {
      if (CallParser.parse(text, syntax) instanceof ParsedCalls.Calls calls
          && calls.calls().stream().allMatch(call -> isFinite(call.arguments()))) {
        String written = CallWriter.write(calls.calls());
        assertThat(CallParser.parse(written))
            .as("calls written as %s", written)
            .isEqualTo(new ParsedCalls.Calls(calls.calls(), 0));
        assertThat(CallMatcher.strict(calls.calls(), calls.calls(), java.util.List.of())).isTrue();
      }
    }
    CallParser.parseCompletion(text);
    if (ToolMenus.parse(text) instanceof ParsedMenu.Menu menu) {
      assertThat(ToolMenus.parse(ToolMenus.write(menu.tools()))).isEqualTo(menu);
    }
  }

  /** The published syntaxes read numbers that JSON cannot hold. */
  private static boolean isFinite(JsonNode node) {
    return node.isNumber()
        ? Double.isFinite(node.doubleValue()) || node.isIntegralNumber()
        : node.values().stream().allMatch(CallParserFuzzTest::isFinite);
  }
}
