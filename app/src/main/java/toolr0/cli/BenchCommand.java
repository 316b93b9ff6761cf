package toolr0.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import toolr0.torch.policy.Throughput;

/** {@code toolr0 bench}: tokens per second on this machine. */
@Command(
    name = "bench",
    header =
        "Measure prefill, decoding and training in tokens/s, and as a share of this machine's limit.",
    description =
        "The limit is measured in the same minute: the model's own matrix products and nothing else.",
    footer = {"%nExample:", "  ./toolr0 bench --model models/pocket"})
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "Folder of a checkpoint in Hugging Face layout.")
  private String model = "";

  @Override
  public Integer call() {
    Path folder = Models.folder(model);
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, "  %-28s %12s %12s %9s%n", "", "tokens/s", "limit", "share");
    Throughput.measure(
        folder,
        Models.precision(),
        result -> {
          out.printf(
              Locale.ROOT,
              "  %-28s %,12.0f %,12.0f %8.1f%%%n",
              result.what(),
              result.tokensPerSecond(),
              result.limit(),
              100 * result.tokensPerSecond() / result.limit());
          out.flush();
        });
    return ExitCode.DONE.code();
  }
}
