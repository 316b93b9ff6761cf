package toolr0.prompt;

import java.util.List;
import java.util.Map;
import toolr0.base.PythonText;
import toolr0.chat.Message;
import toolr0.task.ControlSpec;
import toolr0.task.Task;
import toolr0.tool.CallWriter;
import toolr0.tool.ToolMenus;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.node.ArrayNode;

/**
 * Writes the chat in which a role is asked, from one set of prompt texts. Probing, verification,
 * training and evaluation all ask through it, so that a role sees one form of prompt only.
 */
public final class PromptBuilder {

  /** Complete rules, for models that follow instructions. */
  public static final String FULL = "full-v1";

  /** A few words per role, for the embedded pocket model. */
  public static final String BRIEF = "brief-v1";

  /**
   * The published contents in our words (method section 3), for models that follow instructions: no
   * task without calls, and tools as indented JSON schemas.
   */
  public static final String PAPER = "paper-v1";

  private final String set;
  private final PromptText generator;
  private final PromptText solver;
  private final PromptText judge;
  private final PromptText difficulty;

  private PromptBuilder(String set) {
    this.set = set;
    this.generator =
        PromptText.load(
            set, "generator", List.of("domain", "context_type", "num_tools", "num_calls"));
    this.solver = PromptText.load(set, "solver", List.of("question", "tools"));
    this.judge = PromptText.load(set, "judge", List.of("question", "tools", "answer"));
    this.difficulty = PromptText.load(set, "difficulty", List.of("question", "tools", "answer"));
  }

  /**
   * The builder over a set of prompt texts.
   *
   * @param set one of {@link #sets()}
   * @throws IllegalArgumentException when there is no such set
   */
  public static PromptBuilder of(String set) {
    if (!sets().contains(set)) {
      throw new IllegalArgumentException(
          "unknown prompt set \"" + set + "\"; there are " + String.join(", ", sets()));
    }
    return new PromptBuilder(set);
  }

  /** The names of the sets there are. */
  public static List<String> sets() {
    return List.of(FULL, BRIEF, PAPER);
  }

  /** The set's name. */
  public String set() {
    return set;
  }

  /** Asks the Generator for a task that follows the control spec. */
  public List<Message> generator(ControlSpec spec) {
    return generator.chat(
        Map.of(
            "domain", spec.domain(),
            "context_type", spec.contextType().wireName(),
            "num_tools", Integer.toString(spec.numTools()),
            "num_calls", Integer.toString(spec.numCalls())));
  }

  /** Asks the Solver to answer a question with the tools of a menu. */
  public List<Message> solver(String question, List<ToolSpec> tools) {
    return solver.chat(Map.of("question", question, "tools", menu(tools)));
  }

  /** Asks the Solver to answer a question with the tools of a menu that is shown as it is. */
  public List<Message> solver(String question, ArrayNode tools) {
    return solver.chat(Map.of("question", question, "tools", PythonText.indented(tools)));
  }

  /** Asks the judge for a task's score from 1 to 5. */
  public List<Message> judge(Task task) {
    return judge.chat(parts(task));
  }

  /** Asks the judge again, with a reminder that only a number from 1 to 5 counts. */
  public List<Message> judgeAgain(Task task) {
    List<Message> first = judge(task);
    return List.of(
        first.getFirst(),
        Message.user(
            first.getLast().content() + "\n\nReply with one digit from 1 to 5 and nothing else."));
  }

  /** Asks for a task's difficulty in one word: easy, medium or hard. */
  public List<Message> difficulty(Task task) {
    return difficulty.chat(parts(task));
  }

  private Map<String, String> parts(Task task) {
    return Map.of(
        "question", task.question(),
        "tools", menu(task.tools()),
        "answer", CallWriter.write(task.gold()));
  }

  private String menu(List<ToolSpec> tools) {
    return set.equals(PAPER)
        ? PythonText.indented(ToolMenus.toSchemaJson(tools))
        : ToolMenus.write(tools);
  }
}
