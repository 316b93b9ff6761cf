package toolr0.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;
import toolr0.cli.Errors.Told;

/** The program's entry: {@code toolr0 <command>}. */
@Command(
    name = "toolr0",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    version = "toolr0 " + Main.VERSION,
    sortOptions = false,
    header = "Tool-R0 in Java: a language model teaches itself to call tools, from zero data.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "%nFirst steps:",
      "  ./toolr0 evolve --dry-run     what the whole run will do, and how long",
      "  ./toolr0 evolve               do it",
      "  ./toolr0 COMMAND --help       every command explains itself with examples"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:internal error (the stack trace is in .toolr0/error.log)",
      "2:bad usage or configuration",
      "3:bad input data",
      "4:interrupted; evolve, and evaluate with --out, can go on from there",
      "5:environment: JDK, native library, device, memory, disk, a model's endpoint"
    })
public final class Main implements Callable<Integer> {
  static final String VERSION = "0.1.0";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show stack traces of errors.")
  private boolean verbose;

  private Main() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    Interrupts.endAtOnce();
    int code = execute(args);
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(code);
  }

  /** Runs a command line and gives its exit code. */
  static int execute(String... args) {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    line.addSubcommand(new EvolveCommand());
    line.addSubcommand(new EvaluateCommand());
    line.addSubcommand(new ScoreCommand());
    line.addSubcommand(new CallCommand());
    line.addSubcommand(new PretrainCommand());
    line.addSubcommand(new ExportCommand());
    line.addSubcommand(new BenchCommand());
    line.addSubcommand(new DoctorCommand());
    line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    line.setUsageHelpAutoWidth(true);
    OptionValues.register(line);
    line.setParameterExceptionHandler(Main::badUsage);
    line.setExecutionExceptionHandler((failure, command, parsed) -> main.failed(failure, command));
    try {
      return line.execute(args);
    } catch (Error error) {
      return main.failed(error, line);
    }
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return ExitCode.DONE.code();
  }

  private int failed(Throwable failure, CommandLine command) {
    Told told = Errors.tell(failure);
    command.getErr().println("toolr0: " + told.message());
    if (verbose) {
      command.getErr().println(Errors.trace(failure));
    } else if (told.defect()) {
      Optional<Path> log = Errors.log(failure, Home.root());
      log.ifPresent(file -> command.getErr().println("The stack trace is in " + file));
    }
    return told.exitCode().code();
  }

  private static int badUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("toolr0: " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try: ./" + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE.code();
  }
}
