package toolr0.eval.sets;

import static org.assertj.core.api.Assertions.assertThat;
import static toolr0.eval.sets.SetFixtures.grade;
import static toolr0.eval.sets.SetFixtures.task;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.Grades;
import toolr0.eval.Overlap;
import toolr0.tool.CallWriter;

class ToolTalkReaderTest {
  private static final String SEND =
      "{\"name\":\"SendNote\",\"arguments\":{\"to\":[\"Bo\"],\"text\":\"I am late\"}}";

  @TempDir private Path folder;

  @BeforeEach
  void write() {
    SetFixtures.write(folder, SetFixtures.TOOL_TALK);
  }

  private Benchmark read() {
    return new ToolTalkReader().read(folder);
  }

  private Grades send(String answer) {
    return grade(task(read(), "easy/Send/2"), "[" + answer + "]");
  }

  @Test
  void everyTurnWithCallsIsATask() {
    assertThat(read().tasks())
        .extracting(BenchmarkTask::id)
        .containsExactly("easy/Send/2", "hard/Drop/2", "hard/Drop/4");
    assertThat(task(read(), "easy/Send/2").task().question())
        .isEqualTo(
            """
            The user is in Oslo. It is 2023-09-11 09:00:00. The user is logged in as ada.

            User: Tell Bo that I am late.

            Give all calls that the assistant should make now to do what the user asks.""");
  }

  @Test
  void theHistoryHoldsGoldCallsAndTheirResultsBeforeTheReply() {
    assertThat(task(read(), "hard/Drop/4").task().question())
        .isEqualTo(
            """
            The user is in Oslo. It is 2023-09-11 09:00:00. The user is not logged in.

            User: Drop my note on milk.
            Call: [{"name":"FindNotes","arguments":{"text":"milk"}}]
            Result: {"notes":[{"note_id":"n-77"}]}
            Call: [{"name":"DropNote","arguments":{"note_id":"n-77"}}]
            Error: locked
            Assistant: Dropped.
            User: Again.

            Give all calls that the assistant should make now to do what the user asks.""");
  }

  @Test
  void theSessionTokenIsNeitherAskedForNorCounted() {
    assertThat(CallWriter.write(task(read(), "easy/Send/2").task().gold()))
        .isEqualTo("[" + SEND + "]");
    Grades grades = send(SEND.replace("\"to\"", "\"session_token\":\"98a5-11\",\"to\""));
    assertThat(grades.own()).containsEntry("turn", 1.0).containsEntry("success", 1.0);
  }

  @Test
  void aValueFromTheSameTurnsResultIsUnanswerable() {
    assertThat(task(read(), "hard/Drop/2").unanswerable())
        .contains(
            "the gold gives \"DropNote\" the value \"n-77\", which an earlier call of the same turn returns");
    assertThat(task(read(), "hard/Drop/4").unanswerable()).isEmpty();
  }

  @Test
  void aTurnIsComparedWithoutCaseAndQuotes() {
    Grades grades =
        send("{\"name\":\"sendnote\",\"arguments\":{\"to\":[\"bo\"],\"text\":\" 'i am LATE' \"}}");
    assertThat(grades.strict()).isFalse();
    assertThat(grades.own()).containsEntry("turn", 1.0);
    assertThat(send(SEND.replace("late", "early")).own()).containsEntry("turn", 0.0);
  }

  @Test
  void extraArgumentsAreFreeForSuccessOnly() {
    Grades grades = send(SEND.replace("\"to\"", "\"urgent\":true,\"to\""));
    assertThat(grades.own()).containsEntry("turn", 0.0).containsEntry("success", 1.0);
    assertThat(send(SEND.replace("\"to\":[\"Bo\"],", "")).own()).containsEntry("success", 0.0);
  }

  @Test
  void furtherCallsAreFreeUnlessTheyAreActions() {
    Grades looked = send("{\"name\":\"FindNotes\",\"arguments\":{}}," + SEND);
    assertThat(looked.own()).containsEntry("turn", 0.0).containsEntry("success", 1.0);
    assertThat(looked.overlaps()).containsEntry("calls", new Overlap(1, 2, 1));
    assertThat(send(SEND + "," + SEND).own()).containsEntry("success", 0.0);
    assertThat(send("").own()).containsEntry("success", 0.0);
    assertThat(send("").overlaps()).containsEntry("calls", new Overlap(0, 0, 1));
  }

  @Test
  void aConversationThatCannotBeReadIsCountedAndNamed() {
    SetFixtures.write(folder.resolve("easy/A.json"), "{oops");
    SetFixtures.write(folder.resolve("easy/B.json"), SetFixtures.DEEP);
    SetFixtures.write(folder.resolve("easy/C.json"), "{\"metadata\":{},\"conversation\":[]}");
    SetFixtures.write(
        folder.resolve("easy/D.json"),
        """
        {"metadata":{},"conversation":[{"role":"assistant","text":"a","apis":[{"request":{"api_name":"x"}}]}]}
        """);
    SetFixtures.write(folder.resolve("easy/E.json"), "[]");
    assertThat(read().tasks()).hasSize(3);
    assertThat(read().unreadable())
        .extracting(r -> r.file() + ", " + r.record() + ": " + r.reason())
        .satisfiesExactly(
            r -> assertThat(r).startsWith("easy/A.json, conversation: ").contains("not JSON"),
            r -> assertThat(r).startsWith("easy/B.json, conversation: ").contains("not JSON"),
            r -> assertThat(r).isEqualTo("easy/C.json, conversation: no turn calls a tool"),
            r ->
                assertThat(r)
                    .isEqualTo(
                        "easy/D.json, conversation: \"parameters\" is missing, not an object"),
            r ->
                assertThat(r)
                    .isEqualTo(
                        "easy/E.json, conversation: the conversation is a list, not an object"));
  }
}
