package toolr0.policy;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import toolr0.base.Seed;
import toolr0.chat.Chat;
import toolr0.chat.ChatModel;
import toolr0.chat.ChatRenderer;
import toolr0.chat.Reply;

/** A checkpoint opened for sampling, scoring and answering. */
public interface FrozenPolicy extends Sampler, Scorer, ChatModel, AutoCloseable {

  ChatRenderer renderer();

  /** Most tokens of prompt and completion together. */
  int contextLength();

  /**
   * The repetition penalty that the checkpoint wants in greedy answers; 1 for none. Sampling for
   * training does not use it.
   */
  default double repetitionPenalty() {
    return 1;
  }

  @Override
  default List<Reply> answer(List<Chat> chats, int maxCompletionLength) {
    List<Prompt> prompts =
        chats.stream()
            .map(c -> new Prompt(c.id(), c.messages(), renderer().render(c.messages(), true)))
            .toList();
    List<SampleRequest> requests =
        prompts.stream()
            .filter(this::fits)
            .map(prompt -> new SampleRequest(prompt, 1, new Seed(0)))
            .toList();
    Iterator<Group> groups =
        requests.isEmpty()
            ? Collections.emptyIterator()
            : sample(requests, greedy(maxCompletionLength)).iterator();
    return prompts.stream()
        .<Reply>map(prompt -> fits(prompt) ? answered(groups.next()) : tooLong(prompt))
        .toList();
  }

  private SamplingParams greedy(int maxCompletionLength) {
    return SamplingParams.greedy(maxCompletionLength).withRepetitionPenalty(repetitionPenalty());
  }

  private boolean fits(Prompt prompt) {
    return prompt.tokenIds().length < contextLength();
  }

  private static Reply answered(Group group) {
    Completion completion = group.completionsG().getFirst();
    return new Reply.Answered(completion.text(), OptionalInt.of(completion.tokenIdsT().length));
  }

  private Reply tooLong(Prompt prompt) {
    return new Reply.TooLong(
        "the prompt takes %d tokens, but the model's context holds %d"
            .formatted(prompt.tokenIds().length, contextLength()));
  }

  @Override
  void close();
}
