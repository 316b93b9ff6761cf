package toolr0.eval.sets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import toolr0.eval.Overlap;
import toolr0.tool.CallParser;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;

class CorpusOverlapsTest {
  private static final String TWICE =
      """
      [{"name":"f","arguments":{"a":"1","b":""}},{"name":"f","arguments":{"a":"2","c":"x"}}]""";

  private static ParsedCalls answer(String text) {
    return CallParser.parse(text);
  }

  private static List<ToolCall> calls(String text) {
    return ((ParsedCalls.Calls) answer(text)).calls();
  }

  @Test
  void bothRulesCompareACallWithAnEarlierGoldCallOfItsName() {
    assertThat(CorpusOverlaps.sealTools(answer(TWICE), calls(TWICE)))
        .isEqualTo(new CorpusOverlaps(new Overlap(2, 2, 2), new Overlap(2, 4, 4)));
    assertThat(CorpusOverlaps.hammer(answer(TWICE), calls(TWICE)))
        .isEqualTo(new CorpusOverlaps(new Overlap(2, 2, 2), new Overlap(3, 3, 3)));
  }

  @Test
  void valuesAreComparedAsPythonWritesThem() {
    List<ToolCall> gold =
        calls("[{\"name\":\"f\",\"arguments\":{\"a\":\"True\",\"b\":\"1\",\"c\":\"[1, 'x']\"}}]");
    ParsedCalls same =
        answer("[{\"name\":\"f\",\"arguments\":{\"a\":true,\"b\":1,\"c\":[1,\"x\"]}}]");
    ParsedCalls other =
        answer("[{\"name\":\"f\",\"arguments\":{\"a\":\"true\",\"b\":1.0,\"c\":\"[1,'x']\"}}]");
    assertThat(CorpusOverlaps.sealTools(same, gold).arguments()).isEqualTo(new Overlap(3, 3, 3));
    assertThat(CorpusOverlaps.sealTools(other, gold).arguments()).isEqualTo(new Overlap(0, 3, 3));
  }

  @Test
  void anAnswerThatCannotBeReadIsOneWrongCallForHammerAndNoneForSealTools() {
    List<ToolCall> gold = calls("[{\"name\":\"f\",\"arguments\":{\"a\":1}}]");
    assertThat(CorpusOverlaps.hammer(answer("?"), gold))
        .isEqualTo(new CorpusOverlaps(new Overlap(0, 1, 1), new Overlap(0, 0, 1)));
    assertThat(CorpusOverlaps.sealTools(answer("?"), gold))
        .isEqualTo(new CorpusOverlaps(new Overlap(0, 0, 1), new Overlap(0, 0, 1)));
  }

  @Test
  void aRepeatedCallIsCountedEachTime() {
    List<ToolCall> gold = calls("[{\"name\":\"f\",\"arguments\":{\"a\":1}}]");
    ParsedCalls twice =
        answer(
            "[{\"name\":\"f\",\"arguments\":{\"a\":1}},{\"name\":\"f\",\"arguments\":{\"a\":1}}]");
    assertThat(CorpusOverlaps.sealTools(twice, gold))
        .isEqualTo(new CorpusOverlaps(new Overlap(2, 2, 1), new Overlap(2, 2, 1)));
    assertThat(CorpusOverlaps.hammer(twice, gold))
        .isEqualTo(new CorpusOverlaps(new Overlap(2, 2, 1), new Overlap(2, 2, 1)));
  }
}
