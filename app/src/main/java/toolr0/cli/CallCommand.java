package toolr0.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import toolr0.chat.Chat;
import toolr0.chat.ModelUnavailableException;
import toolr0.chat.Reply;
import toolr0.policy.Device;
import toolr0.prompt.PromptBuilder;
import toolr0.selfplay.SelfPlayConfig;
import toolr0.tool.CallParser;
import toolr0.tool.CallWriter;
import toolr0.tool.ParsedCalls;
import toolr0.tool.SchemaCheck;
import toolr0.tool.SchemaViolation;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;

/** {@code toolr0 call}: asks a model one question with a menu of tools and prints its calls. */
@Command(
    name = "call",
    header = "Ask a model a question with a file of tools; prints the calls as JSON.",
    description = {
      "Prints a JSON list of calls on standard output; [] means that no tool fits. An answer that"
          + " holds no calls is shown on standard error, and the exit code is 3. Calls that do not fit"
          + " the tools are printed with a warning on standard error.",
      "The embedded models/pocket knows its own little world and its way of speaking alone: tools"
          + " named VERB_NOUN, and requests such as those of the first example. Its base model is weak;"
          + " a run's Solver (runs/NAME/iteration-3/solver/checkpoint) is better."
    },
    footer = {
      "%nExamples:",
      "  ./toolr0 call --model models/pocket --tools examples/pocket.json \\",
      "      \"I need to cancel my flight under AB-123.\"",
      "  ./toolr0 call --model ~/Qwen2.5-0.5B-Instruct --set prompts=full-v1 \\",
      "      --tools examples/tools.json \"Please book a table at Alder for 4 guests.\"",
      "  ./toolr0 call --model http://localhost:8000/v1 --set prompts=full-v1 \\",
      "      --tools examples/tools.json \"What will the weather be in Oslo?\""
    })
final class CallCommand implements Callable<Integer> {
  private static final int MOST_TOLD = 10;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ConfigOptions config = new ConfigOptions();

  @Mixin private ModelOptions models = new ModelOptions();

  @Option(
      names = "--tools",
      paramLabel = "FILE",
      required = true,
      description = "JSON list of tools: name, description, parameters.")
  private Path tools = Path.of("");

  @Option(names = "--show-answer", description = "Show the model's whole answer on standard error.")
  private boolean showAnswer;

  @Parameters(paramLabel = "QUESTION", description = "What the user says.")
  private String question = "";

  @Override
  public Integer call() {
    List<ToolSpec> menu = ToolsFile.read(tools);
    SelfPlayConfig resolved = config.resolve();
    if (question.isBlank()) {
      throw new CliException(ExitCode.USAGE, "the question is empty");
    }
    String answer;
    try (AskedModel model = models.open(Device.parse(resolved.device()), Optional.empty())) {
      answer = answer(model, resolved, menu);
    }
    if (showAnswer) {
      spec.commandLine().getErr().println(answer);
    }
    return switch (CallParser.parseCompletion(answer)) {
      case ParsedCalls.Calls(List<ToolCall> calls, int _) -> {
        warnOfMisfits(calls, menu);
        spec.commandLine().getOut().println(CallWriter.write(calls));
        yield ExitCode.DONE.code();
      }
      case ParsedCalls.Unusable(boolean _, String reason) ->
          throw new CliException(
              ExitCode.INPUT,
              "the model's answer holds no calls (" + reason + "); it said:\n" + answer);
    };
  }

  private void warnOfMisfits(List<ToolCall> calls, List<ToolSpec> menu) {
    List<SchemaViolation> misfits = SchemaCheck.check(calls, menu);
    if (!misfits.isEmpty()) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("toolr0: warning: the model's calls do not fit the tools of " + tools + ":");
      misfits.stream().limit(MOST_TOLD).forEach(misfit -> err.println("  " + words(misfit)));
      if (misfits.size() > MOST_TOLD) {
        err.println("  and " + (misfits.size() - MOST_TOLD) + " more");
      }
    }
  }

  private static String words(SchemaViolation misfit) {
    String problem =
        switch (misfit.kind()) {
          case UNKNOWN_TOOL -> "there is no such tool";
          case MISSING_REQUIRED -> "the required argument " + misfit.argument() + " is missing";
          case UNKNOWN_ARGUMENT -> "the tool has no argument " + misfit.argument();
          case WRONG_TYPE -> "the argument " + misfit.argument() + " has another type";
          case NOT_IN_ENUM ->
              "the argument " + misfit.argument() + " has a value that is not allowed";
        };
    return misfit.tool() + ": " + problem;
  }

  private String answer(AskedModel model, SelfPlayConfig resolved, List<ToolSpec> menu) {
    Chat chat = new Chat("question", PromptBuilder.of(resolved.prompts()).solver(question, menu));
    Reply reply =
        model.chat().answer(List.of(chat), resolved.evaluation().maxCompletionLength()).getFirst();
    return switch (reply) {
      case Reply.Answered(String text, OptionalInt _) -> text;
      case Reply.TooLong(String reason) ->
          throw new CliException(
              ExitCode.INPUT,
              "%s: the question and the tools are too long: %s; give fewer tools or shorter descriptions"
                  .formatted(tools, reason));
      case Reply.Failed(String reason) ->
          throw new ModelUnavailableException(model.name() + " gave no answer: " + reason);
    };
  }
}
