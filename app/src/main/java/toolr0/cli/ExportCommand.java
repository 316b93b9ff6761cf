package toolr0.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import toolr0.policy.Device;
import toolr0.torch.checkpoint.AdapterFolder;
import toolr0.torch.checkpoint.CheckpointFolder;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.gguf.GgufFolder;
import toolr0.torch.model.Compute;
import toolr0.torch.policy.LoadedModel;
import toolr0.torch.policy.MemoryEstimate;
import toolr0.track.Terminal;

/** {@code toolr0 export}: a checkpoint as other programs take it. */
@Command(
    name = "export",
    header = "Write a checkpoint as other programs read it: Hugging Face layout or GGUF.",
    description = {
      "hf: config.json, the weights in fp32 as model.safetensors, the tokenizer's files. Read by"
          + " everything that reads Hugging Face checkpoints, this program too.",
      "gguf: one file, "
          + GgufFolder.FILE
          + ", for llama.cpp and what is built on it. Matrices"
          + " keep the type in which they are stored (fp32, bf16 or fp16); llama.cpp's own"
          + " llama-quantize makes smaller ones of them. Tokenizer and chat template are inside.",
      "What a run with lora_r above 0 has trained is adapters, whose base is merged with them here,"
          + " in fp32."
    },
    footer = {
      "%nExamples:",
      "  ./toolr0 export --model runs/x/iteration-3/solver/checkpoint --out solver",
      "  ./toolr0 export --format gguf --out solver-gguf \\",
      "      --model runs/x/iteration-3/solver/checkpoint",
      "  llama-server -m solver-gguf/" + GgufFolder.FILE
    })
final class ExportCommand implements Callable<Integer> {

  @Option(names = "--format", paramLabel = "FORMAT", description = "hf or gguf (default: hf).")
  private ExportFormat format = ExportFormat.HF;

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
    List<String> notes =
        switch (format) {
          case HF -> writeFolder(folder);
          case GGUF -> writeFile(folder);
        };
    Terminal terminal = Terminal.standard();
    notes.forEach(note -> terminal.print("Note: " + note + "."));
    terminal.print("Written: " + (format == ExportFormat.HF ? out : out.resolve(GgufFolder.FILE)));
    return ExitCode.DONE.code();
  }

  private List<String> writeFolder(Path folder) {
    try (LoadedModel merged = merged(folder)) {
      merged.save(out, ModelConfig::nameOneStopId);
    }
    return List.of();
  }

  /** Adapters are merged in memory; whole weights go from file to file. */
  private List<String> writeFile(Path folder) {
    if (AdapterFolder.is(folder)) {
      try (LoadedModel merged = merged(folder)) {
        return merged.saveGguf(out);
      }
    }
    try (CheckpointFolder checkpoint = CheckpointFolder.open(folder)) {
      return GgufFolder.write(out, checkpoint);
    }
  }

  private static LoadedModel merged(Path folder) {
    Compute compute = Models.compute(Device.CPU);
    MachineMemory.requireRoom(MemoryEstimate.PROGRAM + MemoryEstimate.of(folder, compute).merged());
    return LoadedModel.merged(folder, compute.precision());
  }
}
