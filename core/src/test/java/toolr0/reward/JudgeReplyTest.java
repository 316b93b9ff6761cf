package toolr0.reward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JudgeReplyTest {

  @ParameterizedTest
  @CsvSource({"4,4", "' 4\n',4", "4/5,4", "4 / 5.,4", "Score: 2,2", "score 3,3", "5.,5"})
  void readsAReplyThatIsAScore(String reply, int score) {
    assertThat(JudgeReply.strict(reply)).hasValue(score);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "6",
        "44",
        "none",
        "phone",
        "four",
        "4 or 5",
        "I give it a 4",
        "\u2463",
        "-4"
      })
  void refusesEverythingElse(String reply) {
    assertThat(JudgeReply.strict(reply)).isEmpty();
  }

  @Test
  void questionsAlikeShareAPenalty() {
    double[] penalties =
        RepetitionPenalty.standard()
            .penalties(
                List.of(
                    Optional.of("Book a table for two at Luigi's tonight"),
                    Optional.of("Book a table for ten at Luigi's tonight"),
                    Optional.of("How tall is the tower in Pisa?"),
                    Optional.empty()));
    assertThat(penalties).containsExactly(-0.1, -0.1, -0.05, 0);
  }

  @Test
  void questionsOfOtherScriptsAreToldApart() {
    List<Optional<String>> questions =
        List.of(
            Optional.of(
                "\u043f\u043e\u0433\u043e\u0434\u0430 \u0432 \u041c\u043e\u0441\u043a\u0432\u0435"),
            Optional.of("\u6771\u4eac\u306e\u5929\u6c17\u306f"));
    assertThat(RepetitionPenalty.standard().penalties(questions)).containsExactly(-0.1, -0.1);
    assertThat(RepetitionPenalty.published().penalties(questions)).containsExactly(-0.2, -0.2);
  }
}
