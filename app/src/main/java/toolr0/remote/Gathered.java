package toolr0.remote;

import java.util.ArrayList;
import java.util.List;
import toolr0.policy.Answer;
import toolr0.policy.Answers;
import toolr0.policy.StopReason;

/** A question's answers as its requests bring them. */
final class Gathered {
  private final int wanted;
  private final List<String> stop;
  private final List<Answer> answersG = new ArrayList<>();
  private final List<Answers> problems = new ArrayList<>();

  /**
   * Nothing yet.
   *
   * @param wanted number of answers
   * @param stop texts that end an answer. They are looked for here, because servers leave them out
   *     of what they give
   */
  Gathered(int wanted, List<String> stop) {
    this.wanted = wanted;
    this.stop = stop;
  }

  /** Takes what a request came to. */
  void add(Outcome<ChatResult> outcome) {
    switch (outcome) {
      case Step.Done<ChatResult>(ChatResult.Answered(List<Answer> answers, var _)) ->
          answers.stream().map(this::stopped).forEach(answersG::add);
      case Step.Done<ChatResult>(ChatResult.TooLong(String reason)) ->
          problems.add(new Answers.TooLong(reason));
      case Outcome.Missed<ChatResult> missed -> problems.add(new Answers.Failed(missed.reason()));
    }
  }

  /** All answers, or the first thing that kept one of them away. */
  Answers answers() {
    return problems.isEmpty()
        ? new Answers.Given(answersG.subList(0, wanted))
        : problems.getFirst();
  }

  /** The answer up to the end of the first stop text. */
  private Answer stopped(Answer answer) {
    int end = -1;
    for (String text : stop) {
      int at = answer.text().indexOf(text);
      if (at >= 0 && (end < 0 || at + text.length() < end)) {
        end = at + text.length();
      }
    }
    return end < 0
        ? answer
        : new Answer(
            answer.text().substring(0, end), StopReason.STOP_STRING, new int[0], new float[0]);
  }
}
