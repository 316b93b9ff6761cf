package toolr0.task;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import toolr0.base.Seed;
import toolr0.tool.AnswerBlocks;
import toolr0.tool.AnswerBlocks.Tag;
import toolr0.tool.CallParser;
import toolr0.tool.MenuSyntax;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ParsedMenu;
import toolr0.tool.ToolMenus;
import toolr0.tool.ToolSpec;

/** Reads a Generator's completion. Time is linear in the text, and nothing is thrown. */
public final class TaskParser {
  private final TaskParserConfig config;

  public TaskParser(TaskParserConfig config) {
    this.config = config;
  }

  /** The task that a completion holds, or what is wrong with it. */
  public ParsedTask parse(String completion) {
    boolean tooLong = completion.length() > CallParser.MAX_LENGTH;
    AnswerBlocks blocks = AnswerBlocks.of(tooLong ? "" : completion, config.tagCase());
    Optional<String> toolsText = blocks.content(Tag.AVAILABLE_TOOLS);
    ParsedMenu menu =
        toolsText
            .map(text -> ToolMenus.parse(text, config.menu()))
            .orElse(new ParsedMenu.Unusable("missing"));
    Optional<String> answerText = blocks.content(Tag.TOOL_CALL_ANSWER);
    ParsedCalls gold =
        answerText
            .map(text -> CallParser.parse(text, config.syntax(), config.judgedCalls()))
            .orElse(new ParsedCalls.Unusable(false, "missing"));
    TaskDraft draft =
        new TaskDraft(
            blocks.content(Tag.THINK).isPresent(),
            blocks.content(Tag.QUESTION),
            toolsText,
            menu,
            answerText,
            gold,
            config.judgedCalls());
    return tooLong
        ? new ParsedTask.Malformed(
            ParsedTask.Problem.TOO_LONG,
            "the completion is longer than " + CallParser.MAX_LENGTH + " characters",
            draft)
        : judge(draft);
  }

  private ParsedTask judge(TaskDraft draft) {
    if (!draft.hasBlocks(config.thinkRequired())) {
      return new ParsedTask.Malformed(
          ParsedTask.Problem.MISSING_BLOCK, missingBlocks(draft), draft);
    }
    if (draft.menu() instanceof ParsedMenu.Unusable unusable) {
      return new ParsedTask.Malformed(ParsedTask.Problem.BAD_TOOLS, unusable.reason(), draft);
    }
    if (draft.gold() instanceof ParsedCalls.Unusable unusable) {
      return new ParsedTask.Malformed(ParsedTask.Problem.BAD_CALLS, unusable.reason(), draft);
    }
    ParsedMenu.Menu menu = (ParsedMenu.Menu) draft.menu();
    ParsedCalls.Calls gold = (ParsedCalls.Calls) draft.gold();
    if (gold.ignored() > 0 && !config.skipNonCalls()) {
      return new ParsedTask.Malformed(
          ParsedTask.Problem.BAD_CALLS,
          gold.ignored() + " elements of the answer are no calls",
          draft);
    }
    String question = draft.question().orElseThrow();
    List<ToolSpec> shown = shown(draft, menu);
    List<ToolSpec> tools = config.shuffleMenu() ? shuffled(shown, question) : shown;
    return new ParsedTask.Parsed(new Task(question, tools, gold.calls()), draft);
  }

  /**
   * The tools as the Solver sees them. A published menu holds no more of a tool than the published
   * reward looks at; the Solver gets descriptions and types too, where they can be read.
   */
  private List<ToolSpec> shown(TaskDraft draft, ParsedMenu.Menu menu) {
    return config.menu() == MenuSyntax.PUBLISHED
            && ToolMenus.parse(draft.toolsText().orElse(""))
                instanceof ParsedMenu.Menu(List<ToolSpec> whole)
        ? whole
        : menu.tools();
  }

  private static List<ToolSpec> shuffled(List<ToolSpec> tools, String question) {
    SplittableRandom random = new Seed(0).derive(question).random();
    List<ToolSpec> shuffled = new ArrayList<>(tools);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      Collections.swap(shuffled, i, random.nextInt(i + 1));
    }
    return shuffled;
  }

  private String missingBlocks(TaskDraft draft) {
    StringBuilder missing = new StringBuilder("missing:");
    if (config.thinkRequired() && !draft.think()) {
      missing.append(' ').append(Tag.THINK.open());
    }
    if (draft.question().isEmpty()) {
      missing.append(' ').append(Tag.QUESTION.open());
    }
    if (draft.toolsText().isEmpty()) {
      missing.append(' ').append(Tag.AVAILABLE_TOOLS.open());
    }
    if (draft.answerText().isEmpty()) {
      missing.append(' ').append(Tag.TOOL_CALL_ANSWER.open());
    }
    return missing.toString();
  }
}
