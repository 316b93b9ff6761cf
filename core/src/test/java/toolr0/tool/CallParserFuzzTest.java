package toolr0.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import toolr0.Mutations;
import toolr0.testsupport.JsonNumbers;
import toolr0.testsupport.TimeBound;
import toolr0.testsupport.WorstCases;

class CallParserFuzzTest {
  private static final int MUTATIONS = 20_000;
  private static final int HUGE = 10_000_000;

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

  @Test
  void worstCasesAreReadWithoutAnException() {
    WorstCases.each(WorstCases.SIZE, CallParserFuzzTest::check);
  }

  @Test
  void anAnswerOfTenMillionCharactersIsRefusedWithAReason() {
    for (String piece : List.of("[", "\"", "{\"name\":\"f\"},", "</tool_call_answer>", "\u0301")) {
      String answer = WorstCases.repeated(piece, HUGE);
      ParsedCalls parsed =
          TimeBound.within(
              "reading a completion",
              HUGE,
              () -> CallParser.parseCompletion(AnswerBlocks.Tag.TOOL_CALL_ANSWER.wrap(answer)));
      assertThat(parsed)
          .isInstanceOfSatisfying(
              ParsedCalls.Unusable.class, unusable -> assertThat(unusable.reason()).isNotBlank());
    }
  }

  /**
   * Whatever is read as calls can be written, and is read back as the same calls; apart from
   * numbers that JSON cannot hold, which the published syntaxes read.
   */
  private static void check(String text) {
    for (CallSyntax syntax : CallSyntax.values()) {
      ParsedCalls parsed =
          TimeBound.within(
              "reading calls as " + syntax, text.length(), () -> CallParser.parse(text, syntax));
      if (parsed instanceof ParsedCalls.Calls calls && JsonNumbers.finite(calls.calls())) {
        String written = CallWriter.write(calls.calls());
        assertThat(CallParser.parse(written))
            .as("calls written as %s", written)
            .isEqualTo(new ParsedCalls.Calls(calls.calls(), 0));
      }
    }
    TimeBound.within("reading a completion", text.length(), () -> CallParser.parseCompletion(text));
  }
}
