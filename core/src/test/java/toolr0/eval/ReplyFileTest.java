package toolr0.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.base.Json;
import toolr0.chat.Chat;
import toolr0.chat.ChatModel;
import toolr0.chat.Message;
import toolr0.chat.Reply;
import toolr0.prompt.PromptBuilder;
import toolr0.run.RunException;
import toolr0.testsupport.ToyTasks;
import tools.jackson.databind.node.ObjectNode;

class ReplyFileTest {
  private static final Instant START = Instant.ofEpochSecond(1000);

  @TempDir private Path folder;
  private final Benchmark benchmark = ToyTasks.benchmark(23);
  private final List<String> asked = new ArrayList<>();
  private Instant now = START;

  /** Answers every second task rightly, finds one too long, and fails where it is told to. */
  private ChatModel model(Predicate<String> failing) {
    return (chats, maxCompletionLength) ->
        chats.stream()
            .<Reply>map(
                chat -> {
                  asked.add(chat.id());
                  int number = Integer.parseInt(chat.id().substring("toy-".length()));
                  return failing.test(chat.id())
                      ? new Reply.Failed("no line")
                      : number == 5
                          ? new Reply.TooLong("9 tokens, 5 fit")
                          : new Reply.Answered(
                              ToyTasks.answer(chat.messages().getLast().content(), number % 2 == 0)
                                  .orElseThrow(),
                              number == 7 ? OptionalInt.empty() : OptionalInt.of(number));
                })
            .toList();
  }

  private static ObjectNode setup(String model) {
    return Json.object().put("model", model);
  }

  private ReplyFile open(String model) {
    return ReplyFile.open(folder, setup(model), () -> now, Optional::empty);
  }

  private Optional<EvaluationReport> evaluate(ReplyStore replies, ChatModel model, int batches) {
    int[] done = new int[1];
    return new Evaluator(
            new EvaluationConfig("pocket", 0, 100, 10, 0.95), PromptBuilder.of(PromptBuilder.BRIEF))
        .evaluate(
            model,
            "m",
            benchmark,
            replies,
            (batch, correct, answered) -> done[0] = batch,
            () -> done[0] >= batches);
  }

  @Test
  void anEvaluationThatIsStoppedGoesOnBehindWhatIsKept() throws IOException {
    EvaluationReport whole = evaluate(ReplyStore.none(), model(id -> false), 9).orElseThrow();
    asked.clear();
    ReplyFile first = open("m");
    now = START.plusSeconds(7);
    assertThat(evaluate(first.replies(), model(id -> false), 1)).isEmpty();
    assertThat(first.size()).isEqualTo(10);
    assertThat(asked).hasSize(10);
    Files.writeString(first.path(), "{\"benchmark\":\"po", StandardOpenOption.APPEND);
    asked.clear();
    now = START.plusSeconds(100);
    ReplyFile second = open("m");
    assertThat(second.size()).isEqualTo(10);
    now = now.plusSeconds(2);
    assertThat(evaluate(second.replies(), model(id -> false), 9)).contains(whole);
    assertThat(asked).hasSize(13);
    assertThat(second.started()).isEqualTo(START);
    assertThat(second.took()).isEqualTo(Duration.ofSeconds(9));
    assertThat(open("m").size()).isEqualTo(23);
    second.delete();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatFailedIsAskedAgain() {
    assertThat(evaluate(open("m").replies(), model(id -> id.equals("toy-3")), 9)).isPresent();
    asked.clear();
    assertThat(evaluate(open("m").replies(), model(id -> false), 9)).isPresent();
    assertThat(asked).containsExactly("toy-3");
  }

  @Test
  void aTaskWhosePromptHasChangedIsAskedAgain() {
    ReplyStore replies = open("m").replies();
    Chat chat = new Chat("toy-1", List.of(Message.user("Where is it?")));
    replies.keep("pocket", List.of(chat), List.of(new Reply.Answered("here", OptionalInt.of(1))));
    ReplyStore again = open("m").replies();
    assertThat(again.find("pocket", chat)).contains(new Reply.Answered("here", OptionalInt.of(1)));
    assertThat(again.find("other", chat)).isEmpty();
    assertThat(again.find("pocket", new Chat("toy-1", List.of(Message.user("Where was it?")))))
        .isEmpty();
  }

  @Test
  void aRemarkStays() {
    ReplyFile first = ReplyFile.open(folder, setup("m"), () -> now, () -> Optional.of("unbounded"));
    evaluate(first.replies(), model(id -> false), 1);
    assertThat(open("m").remark()).contains("unbounded");
  }

  @Test
  void theRepliesOfAnotherModelAreNotTaken() throws IOException {
    ReplyFile file = open("m");
    evaluate(file.replies(), model(id -> false), 1);
    byte[] before = Files.readAllBytes(file.path());
    assertThatThrownBy(() -> open("n"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining(file.path().toString())
        .hasMessageContaining("model: \"m\" -> \"n\"")
        .extracting(e -> ((RunException) e).kind())
        .isEqualTo(RunException.Kind.USAGE);
    assertThat(file.path()).hasBinaryContent(before);
  }

  @Test
  void aFileOfAnotherKindIsNotTouched() throws IOException {
    Path file = folder.resolve(ReplyFile.NAME);
    Files.writeString(file, "{\"a\":1}\n");
    assertThatThrownBy(() -> open("m"))
        .hasMessageContaining("is no file of an evaluation's replies");
    evaluate(otherFolder().replies(), model(id -> false), 1);
    Files.copy(
        folder.resolve("other").resolve(ReplyFile.NAME),
        file,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(file, "{\"a\":1}\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> open("m"))
        .hasMessageContaining("is damaged (there is no text \"benchmark\"")
        .extracting(e -> ((RunException) e).kind())
        .isEqualTo(RunException.Kind.DATA);
  }

  @Test
  void aFileThatWasTornInItsFirstLineIsBegunAnew() throws IOException {
    Path file = folder.resolve(ReplyFile.NAME);
    Files.writeString(file, "{\"started\":\"19");
    evaluate(open("m").replies(), model(id -> false), 1);
    assertThat(open("m").size()).isEqualTo(10);
    Files.writeString(file, "a letter without an end");
    assertThatThrownBy(() -> open("m")).hasMessageContaining("is no file of an evaluation's");
    assertThat(file).hasContent("a letter without an end");
  }

  private ReplyFile otherFolder() {
    return ReplyFile.open(folder.resolve("other"), setup("m"), () -> now, Optional::empty);
  }
}
