package toolr0.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import toolr0.base.Seed;
import toolr0.chat.Message;
import toolr0.policy.Completion;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Prompt;
import toolr0.policy.SampleRequest;
import toolr0.policy.SamplingParams;
import toolr0.prompt.PromptBuilder;
import toolr0.selfplay.SelfPlayConfig;
import toolr0.tool.CallParser;
import toolr0.tool.CallWriter;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;

/** {@code toolr0 call}: asks a model one question with a menu of tools and prints its calls. */
@Command(
    name = "call",
    header = "Ask a model a question with a file of tools; prints the calls as JSON.",
    description = {
      "Prints a JSON list of calls on standard output; [] means that no tool fits. An answer that"
          + " holds no calls is shown on standard error, and the exit code is 3."
    },
    footer = {
      "%nExamples:",
      "  ./toolr0 call --model models/pocket --tools examples/tools.json \\",
      "      \"Please book a table at Alder for 4 guests.\"",
      "  ./toolr0 call --model ~/Qwen2.5-0.5B-Instruct --set prompts=full-v1 --tools tools.json \\",
      "      \"What will the weather be in Oslo on Friday?\""
    })
final class CallCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ConfigOptions config = new ConfigOptions();

  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "Folder of a checkpoint in Hugging Face layout.")
  private String model = "";

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
    Path folder = Models.folder(model);
    String answer;
    try (FrozenPolicy policy = Models.store().open(folder, "solver")) {
      answer = answer(policy, resolved, menu);
    }
    if (showAnswer) {
      spec.commandLine().getErr().println(answer);
    }
    return switch (CallParser.parseCompletion(answer)) {
      case ParsedCalls.Calls(List<ToolCall> calls, int _) -> {
        spec.commandLine().getOut().println(CallWriter.write(calls));
        yield ExitCode.DONE.code();
      }
      case ParsedCalls.Unusable(boolean _, String reason) ->
          throw new CliException(
              ExitCode.INPUT,
              "the model's answer holds no calls (" + reason + "); it said:\n" + answer);
    };
  }

  private String answer(FrozenPolicy policy, SelfPlayConfig resolved, List<ToolSpec> menu) {
    List<Message> messages = PromptBuilder.of(resolved.prompts()).solver(question, menu);
    Prompt prompt = new Prompt("question", messages, policy.renderer().render(messages, true));
    int room = policy.contextLength() - prompt.tokenIds().length;
    if (room < 1) {
      throw new CliException(
          ExitCode.INPUT,
          tools
              + ": the question and the tools take "
              + prompt.tokenIds().length
              + " tokens, but the model's context holds "
              + policy.contextLength()
              + "; give fewer tools or shorter descriptions");
    }
    int length = Math.min(room, resolved.evaluation().maxCompletionLength());
    SampleRequest request = new SampleRequest(prompt, 1, new Seed(resolved.seed()));
    Completion completion =
        policy
            .sample(List.of(request), SamplingParams.greedy(length))
            .getFirst()
            .completionsG()
            .getFirst();
    return completion.text();
  }
}
