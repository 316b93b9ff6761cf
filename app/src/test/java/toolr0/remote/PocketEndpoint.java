package toolr0.remote;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import toolr0.base.Json;
import toolr0.base.Seed;
import toolr0.chat.Chat;
import toolr0.chat.Message;
import toolr0.chat.Role;
import toolr0.policy.Answer;
import toolr0.policy.Answers;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Question;
import toolr0.policy.SamplingParams;
import toolr0.remote.FakeEndpoint.Exchange;
import toolr0.torch.model.Precision;
import toolr0.torch.policy.TorchPolicyStore;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The embedded model as servers offer it: the same chat and seed give the same answers. */
public final class PocketEndpoint implements AutoCloseable {
  private final FrozenPolicy policy;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;

  /** Opens the model. */
  public PocketEndpoint(Path checkpoint) {
    policy = new TorchPolicyStore(Precision.FP32).open(checkpoint, "served");
  }

  /** Answers a request. */
  public void answer(Exchange exchange) throws IOException {
    JsonNode request = exchange.request();
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : request.required("messages").values()) {
      Role role = Role.valueOf(message.required("role").stringValue().toUpperCase(Locale.ROOT));
      messages.add(new Message(role, message.required("content").stringValue()));
    }
    SamplingParams params =
        new SamplingParams(
            request.required("max_tokens").asInt(),
            request.required("temperature").asDouble(),
            request.path("top_p").asDouble(1),
            0,
            List.of());
    Question question =
        new Question(
            new Chat("request", messages),
            request.path("n").asInt(1),
            new Seed(request.required("seed").asLong()));
    switch (ask(question, params)) {
      case Answers.Given(List<Answer> answers) -> exchange.json(200, Json.compact(body(answers)));
      case Answers.TooLong(String reason) -> exchange.error(400, reason, "context_length_exceeded");
      case Answers.Failed(String cause) -> throw new IOException(cause);
    }
  }

  private Answers ask(Question question, SamplingParams params) {
    lock.lock();
    try {
      return closed
          ? new Answers.Failed("the model is closed")
          : policy.ask(List.of(question), params).getFirst();
    } finally {
      lock.unlock();
    }
  }

  private static ObjectNode body(List<Answer> answers) {
    ObjectNode body = Json.object();
    ArrayNode choices = body.putArray("choices");
    int tokens = 0;
    for (Answer answer : answers) {
      ObjectNode choice = choices.addObject().put("index", choices.size() - 1);
      choice.put("finish_reason", answer.truncated() ? "length" : "stop");
      choice.putObject("message").put("role", "assistant").put("content", answer.text());
      tokens += answer.tokenIdsT().length;
    }
    body.putObject("usage").put("completion_tokens", tokens);
    return body;
  }

  /** Waits for an answer that is being made. */
  @Override
  public void close() {
    lock.lock();
    try {
      policy.close();
      closed = true;
    } finally {
      lock.unlock();
    }
  }
}
