package toolr0.policy;

import java.util.List;
import java.util.concurrent.CancellationException;
import toolr0.chat.ModelUnavailableException;

/** A model that is asked in messages for several answers to each question, wherever it runs. */
public interface ChatSampler extends AutoCloseable {

  /**
   * Asks every question; the result has their order.
   *
   * @throws PolicyException when a model on this machine fails
   * @throws ModelUnavailableException when no more answers are to be had from the model
   * @throws CancellationException when the model was told to stop meanwhile
   */
  List<Answers> ask(List<Question> questions, SamplingParams params);

  @Override
  void close();
}
