package toolr0.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallParserTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"name\": \"f\", \"arguments\": {\"x\": 1}}]",
        "{\"name\": \"f\", \"arguments\": {\"x\": 1}}",
        "```json\n[{\"name\": \"f\", \"arguments\": {\"x\": 1}}]\n```",
        "```\n{\"name\": \"f\", \"arguments\": {\"x\": 1}}```",
        "[{'name': 'f', 'arguments': {'x': 1}},]",
        "[{\"name\": \"f\", \"arguments\": \"{\\\"x\\\": 1}\"}]",
        "[{\"function\": {\"name\": \"f\", \"arguments\": {\"x\": 1}}, \"type\": \"function\"}]",
        "[{\"function\": {\"name\": \"f\", \"arguments\": \"{'x': 1}\"}}]",
        "[{\"tool_name\": \"f\", \"x\": 1}]",
        "[[{\"name\": \"f\", \"arguments\": {\"x\": 1}}]]",
        "({'name': 'f', 'arguments': {'x': 1}},)",
        "[{\"name\": \"f\", \"arguments\": {\"x\": 1}} # the first one\n]"
      })
  void readsEveryWayToWriteACall(String text) {
    assertThat(written(CallParser.parse(text)))
        .isEqualTo("[{\"name\":\"f\",\"arguments\":{\"x\":1}}]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", " [ ] ", "```json\n[]\n```", "()"})
  void anEmptyListSaysThatNoToolFits(String text) {
    assertThat(CallParser.parse(text)).isEqualTo(new ParsedCalls.Calls(List.of(), 0));
  }

  @Test
  void anEllipsisInsideAValueIsText() {
    assertThat(written(CallParser.parse("[{\"name\":\"f\",\"arguments\":{\"x\":\"wait...\"}}]")))
        .isEqualTo("[{\"name\":\"f\",\"arguments\":{\"x\":\"wait...\"}}]");
  }

  @Test
  void pythonConstantsAreReplacedOutsideTextOnly() {
    String text =
        "[{\"name\": \"f\", \"arguments\": {\"x\": True, \"y\": null, \"z\": \"NoneFilter\"}}]";
    assertThat(written(CallParser.parse(text)))
        .isEqualTo("[{\"name\":\"f\",\"arguments\":{\"x\":true,\"y\":null,\"z\":\"NoneFilter\"}}]");
  }

  @Test
  void numbersKeepWhatTheyAreWrittenAs() {
    String text = "[{'name': 'f', 'arguments': {'a': 5, 'b': 5.0, 'c': -12345678901234567890}}]";
    assertThat(written(CallParser.parse(text)))
        .isEqualTo(
            "[{\"name\":\"f\",\"arguments\":{\"a\":5,\"b\":5.0,\"c\":-12345678901234567890}}]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "f(x=1)|false",
        "[{\"name\": \"f\", \"arguments\": {\"x\": |false",
        "null|false",
        "None|false",
        "Here you are: []|false",
        "[{\"name\": \"f\"}] done|false",
        "[1+2j]|false",
        "42|true",
        "\"f\"|true",
        "[1, 2]|true",
        "[{\"arguments\": {}}]|true",
        "{\"name\": \" \", \"arguments\": {}}|true",
        "{\"tool_calls\": []}|true"
      })
  void saysWhetherUnusableTextIsALiteralAtLeast(String text, boolean parsed) {
    assertThat(CallParser.parse(text))
        .isInstanceOfSatisfying(
            ParsedCalls.Unusable.class,
            unusable -> {
              assertThat(unusable.parsed()).isEqualTo(parsed);
              assertThat(unusable.reason()).isNotBlank();
            });
  }

  @Test
  void elementsThatAreNoCallsAreCounted() {
    assertThat(CallParser.parse("[{\"name\": \"f\", \"arguments\": {}}, 3, {\"a\": 1}]"))
        .isInstanceOfSatisfying(
            ParsedCalls.Calls.class,
            calls -> {
              assertThat(calls.calls()).hasSize(1);
              assertThat(calls.ignored()).isEqualTo(2);
            });
  }

  @Test
  void whatIsWrittenIsReadBack() {
    String text =
        "[{\"name\":\"f\",\"arguments\":{\"s\":\"a \\\"b\\\" \\n \u00e9\",\"l\":[1,{\"k\":null}]}}]";
    assertThat(written(CallParser.parse(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[",
        "{\"a\":",
        "(",
        "[[],",
        "-",
        "\"\\",
        "'\\x",
        "```",
        "<tool_call_answer>",
        "{'a': '"
      })
  void longHostileTextTakesLinearTime(String piece) {
    String text = piece.repeat(900_000 / piece.length());
    Assertions.assertTimeout(
        Duration.ofSeconds(5),
        () -> {
          assertThat(CallParser.parse(text)).isInstanceOf(ParsedCalls.Unusable.class);
          assertThat(CallParser.parseCompletion(text)).isInstanceOf(ParsedCalls.Unusable.class);
        });
  }

  private static String written(ParsedCalls parsed) {
    assertThat(parsed).isInstanceOf(ParsedCalls.Calls.class);
    return CallWriter.write(((ParsedCalls.Calls) parsed).calls());
  }
}
