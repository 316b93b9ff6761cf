package toolr0.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program's entry: {@code toolr0 <command>}. */
@Command(
    name = "toolr0",
    mixinStandardHelpOptions = true,
    version = "toolr0 0.1.0",
    description = "Self-play reinforcement learning of tool calling from zero data.")
public final class Main {

  private Main() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
