package toolr0.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import toolr0.base.Seed;
import toolr0.policy.Device;
import toolr0.track.Terminal;

/** {@code toolr0 pretrain}: makes the embedded base model again. */
@Command(
    name = "pretrain",
    header = "Make the embedded base model from nothing but a seed: corpus, vocabulary, weights.",
    description = "Ctrl-C stops after the step in progress; nothing is written then.",
    footer = {"%nExample:", "  ./toolr0 pretrain --out models/pocket"})
final class PretrainCommand implements Callable<Integer> {
  private static final int LINES = 100;
  private static final Set<String> WRITTEN =
      Set.of(
          "README.md",
          "config.json",
          "generation_config.json",
          "loss.svg",
          "model.safetensors",
          "tokenizer.json",
          "tokenizer_config.json");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where the checkpoint goes; it appears whole or not at all (default: ${DEFAULT-VALUE})."
              + " A checkpoint that pretraining wrote there before is replaced, unless --steps"
              + " shortens the training; nothing else is.")
  private Path out = Path.of("models", "pocket");

  @Option(names = "--seed", paramLabel = "N", description = "The seed (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Optimizer steps (default: ${DEFAULT-VALUE}, the embedded model's).")
  private int steps = PocketPretraining.STEPS;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "Where to compute: " + Device.EXPECTED + " (default: cpu).")
  private Device device = Device.CPU;

  @Override
  public Integer call() throws IOException {
    if (steps < 1) {
      throw new CliException(ExitCode.USAGE, "--steps is " + steps + ", but it must be at least 1");
    }
    requireReplaceable();
    OutputFolder.require("--out", out);
    Terminal terminal = Terminal.standard();
    Interrupts interrupts = Interrupts.install(terminal);
    long started = System.nanoTime();
    boolean complete =
        new PocketPretraining(new Seed(seed), steps, Models.compute(device))
            .run(
                out,
                progress -> {
                  double seconds = (System.nanoTime() - started) / 1e9;
                  String line =
                      String.format(
                          Locale.ROOT,
                          "step %d/%d  loss %.3f  %,d tokens  %,.0f tokens/s  %.0f s left",
                          progress.step(),
                          steps,
                          progress.loss(),
                          progress.tokens(),
                          progress.tokens() / seconds,
                          seconds / progress.step() * (steps - progress.step()));
                  terminal.update(line);
                  if (progress.step() % Math.max(1, steps / LINES) == 0
                      || progress.step() == steps) {
                    terminal.print(line);
                  }
                },
                interrupts);
    terminal.print(
        complete
            ? "Written: " + out
            : "Stopped; nothing is written, and another pretraining begins with step 1.");
    return (complete ? ExitCode.DONE : ExitCode.INTERRUPTED).code();
  }

  /** Training ends with the folder replaced, so what is there must be worth no more than that. */
  private void requireReplaceable() throws IOException {
    if (!Files.exists(out)) {
      return;
    }
    if (!Files.isDirectory(out)) {
      throw new CliException(
          ExitCode.USAGE, "--out " + out + " is a file; name a folder that is not there yet");
    }
    List<String> found;
    try (Stream<Path> files = Files.list(out)) {
      found = files.map(file -> file.getFileName().toString()).sorted().toList();
    }
    List<String> others = found.stream().filter(name -> !WRITTEN.contains(name)).toList();
    if (!others.isEmpty()) {
      throw new CliException(
          ExitCode.USAGE,
          "--out "
              + out
              + " holds "
              + String.join(", ", others)
              + ", which pretraining did not write and would delete; name an empty or a new folder");
    }
    if (!found.isEmpty() && steps < PocketPretraining.STEPS) {
      throw new CliException(
          ExitCode.USAGE,
          "--out "
              + out
              + " holds a checkpoint, and one of "
              + steps
              + " steps would replace it; name another folder");
    }
  }
}
