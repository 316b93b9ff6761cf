package toolr0.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.policy.LoadedModel;
import toolr0.torch.policy.MemoryEstimate;
import toolr0.track.Terminal;

/** {@code toolr0 export}: a checkpoint as other programs take it. */
@Command(
    name = "export",
    header = "Write a checkpoint as whole weights that other programs read, adapters merged.",
    description =
        "The weights are written in fp32 in Hugging Face layout with the tokenizer's files. What a run"
            + " with lora_r above 0 has trained is adapters, whose base is merged with them here.",
    footer = {
      "%nExample:",
      "  ./toolr0 export --model runs/x/iteration-3/solver/checkpoint --out solver"
    })
final class ExportCommand implements Callable<Integer> {

  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "Folder of a checkpoint in Hugging Face or PEFT layout.")
  private String model = "";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "A folder that is not there yet; it appears whole or not at all.")
  private Path out = Path.of("export");

  @Override
  public Integer call() {
    if (Files.exists(out)) {
      throw new CliException(
          ExitCode.USAGE,
          "--out " + out + " is there already; name a folder that is not there yet");
    }
    OutputFolder.require("--out", out);
    Path folder = Models.folder(model);
    MachineMemory.requireRoom(
        MemoryEstimate.PROGRAM + MemoryEstimate.of(folder, Models.precision()).merged());
    try (LoadedModel merged = LoadedModel.merged(folder, Models.precision())) {
      merged.save(out, ModelConfig::nameOneStopId);
    }
    Terminal.standard().print("Written: " + out);
    return ExitCode.DONE.code();
  }
}
