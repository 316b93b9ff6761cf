package toolr0.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import toolr0.policy.Device;
import toolr0.policy.PolicyStore;
import toolr0.torch.checkpoint.AdapterFolder;
import toolr0.torch.model.Compute;
import toolr0.torch.model.Precision;
import toolr0.torch.policy.TorchPolicyStore;
import toolr0.torch.system.DeviceMemory;
import toolr0.torch.system.NativeLibrary;

/** Opens models on this machine's native library. */
final class Models {
  private Models() {}

  /**
   * The native library.
   *
   * @throws CliException when it does not load
   */
  static NativeLibrary.Loaded library() {
    return switch (NativeLibrary.load()) {
      case NativeLibrary.Loaded loaded -> loaded;
      case NativeLibrary.Failed(String reason, String remedy) ->
          throw new CliException(
              ExitCode.ENVIRONMENT,
              "the native library libtorch does not load: " + reason + "; " + remedy);
    };
  }

  /**
   * How models are computed on a device: in what is fastest there.
   *
   * @throws CliException when the device cannot be used
   */
  static Compute compute(Device device) {
    NativeLibrary.Loaded library = library();
    Optional<String> problem = library.gpus().problem(device);
    if (problem.isPresent()) {
      throw new CliException(ExitCode.ENVIRONMENT, problem.get());
    }
    if (device.isCpu()) {
      return Compute.onCpu(library.fastBf16() ? Precision.BF16_LINEAR : Precision.FP32);
    }
    try {
      DeviceMemory.prepare(device);
    } catch (RuntimeException e) {
      throw new CliException(
          ExitCode.ENVIRONMENT,
          "device is %s, but it does not work: %s"
              .formatted(device, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
    return new Compute(device, Precision.BF16);
  }

  /** Opens checkpoints. */
  static PolicyStore store(Compute compute) {
    return new TorchPolicyStore(compute, List.of());
  }

  /** Opens the checkpoints of a run, whose adapters are made for its base model. */
  static PolicyStore store(Compute compute, Path base) {
    return new TorchPolicyStore(compute, List.of(AdapterFolder.baseOf(base)));
  }

  /** All folders that a model is read from: its own, and its base's if it consists of adapters. */
  static List<Path> folders(Path model) {
    return AdapterFolder.is(model) ? List.of(model, AdapterFolder.baseOf(model)) : List.of(model);
  }

  /**
   * The folder of a checkpoint.
   *
   * @param path as the user gave it
   * @throws CliException when there is no such folder
   */
  static Path folder(String path) {
    Path folder = Home.find(path);
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new CliException(
          ExitCode.INPUT,
          folder
              + ": it is a file; give the folder of a Hugging Face checkpoint (config.json,"
              + " model.safetensors, tokenizer.json)");
    }
    if (!Files.isDirectory(folder)) {
      throw new CliException(
          ExitCode.INPUT,
          folder
              + ": there is no such folder; give the folder of a Hugging Face checkpoint"
              + " (config.json, model.safetensors, tokenizer.json). The embedded base model is"
              + " models/pocket, and ./toolr0 pretrain makes it again");
    }
    return folder;
  }
}
