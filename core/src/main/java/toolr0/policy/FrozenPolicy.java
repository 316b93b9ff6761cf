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
public interface FrozenPolicy extends Sampler, Scorer, ChatModel, ChatSampler {

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
    List<Prompt> prompts = chats.stream().map(this::prompt).toList();
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
        .<Reply>map(
            prompt -> fits(prompt) ? answered(groups.next()) : new Reply.TooLong(tooLong(prompt)))
        .toList();
  }

  @Override
  default List<Answers> ask(List<Question> questions, SamplingParams params) {
    List<SampleRequest> requests =
        questions.stream()
            .map(q -> new SampleRequest(prompt(q.chat()), q.numGenerations(), q.seed()))
            .toList();
    List<SampleRequest> fitting = requests.stream().filter(r -> fits(r.prompt())).toList();
    Iterator<Group> groups =
        fitting.isEmpty() ? Collections.emptyIterator() : sample(fitting, params).iterator();
    return requests.stream()
        .<Answers>map(
            request ->
                fits(request.prompt())
                    ? given(groups.next())
                    : new Answers.TooLong(tooLong(request.prompt())))
        .toList();
  }

  private Prompt prompt(Chat chat) {
    return new Prompt(chat.id(), chat.messages(), renderer().render(chat.messages(), true));
  }

  private static Answers given(Group group) {
    return new Answers.Given(
        group.completionsG().stream()
            .map(c -> new Answer(c.text(), c.stopReason(), c.tokenIdsT(), c.logProbsT()))
            .toList());
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

  private String tooLong(Prompt prompt) {
    return "the prompt takes %d tokens, but the model's context holds %d"
        .formatted(prompt.tokenIds().length, contextLength());
  }

  @Override
  void close();
}
