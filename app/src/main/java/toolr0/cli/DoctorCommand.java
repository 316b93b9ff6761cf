package toolr0.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import toolr0.torch.system.Doctor;
import toolr0.torch.system.Fact;

/** {@code toolr0 doctor}: what the machine has and lacks. */
@Command(
    name = "doctor",
    header = "Say what this machine has and lacks: JDK, native library, BLAS, device, memory.",
    footer = {"%nExample:", "  ./toolr0 doctor"})
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--runs",
      paramLabel = "DIR",
      description = "Where runs are written; its disk is looked at (default: ${DEFAULT-VALUE}).")
  private Path runs = Path.of("runs");

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<Fact> facts = Doctor.examine(runs);
    for (Fact fact : facts) {
      out.printf(
          Locale.ROOT, "  %-4s  %-15s %s%n", fact.status().name(), fact.name(), fact.value());
      fact.remedy().ifPresent(remedy -> out.printf(Locale.ROOT, "%24s-> %s%n", "", remedy));
    }
    boolean works = facts.stream().noneMatch(fact -> fact.status() == Fact.Status.FAIL);
    out.println(works ? "toolr0 can run here." : "toolr0 cannot run here until this is mended.");
    return (works ? ExitCode.DONE : ExitCode.ENVIRONMENT).code();
  }
}
