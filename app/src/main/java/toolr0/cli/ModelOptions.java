package toolr0.cli;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;
import toolr0.policy.Device;
import toolr0.remote.ApiKey;
import toolr0.remote.Endpoint;
import toolr0.remote.RemoteModel;
import toolr0.torch.model.Compute;

/** The options that say which model a command asks: a checkpoint, or one behind an endpoint. */
final class ModelOptions {
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://.*");

  @Option(
      names = "--model",
      paramLabel = "DIR|URL",
      required = true,
      description =
          "Folder of a checkpoint in Hugging Face layout, or address of an OpenAI-compatible endpoint"
              + " (vLLM, SGLang, llama.cpp), which gets the key in the environment variable "
              + ApiKey.VARIABLE
              + ".")
  private String model = "";

  @Option(
      names = "--model-name",
      paramLabel = "NAME",
      description = "The endpoint's name of the model (default: the only one that it lists).")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Longest time that the endpoint may take for an answer (default: 600).")
  private Optional<Integer> timeout = Optional.empty();

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description =
          "Where a checkpoint is computed: "
              + Device.EXPECTED
              + " (default: the configuration's device).")
  private Optional<Device> device = Optional.empty();

  /**
   * Opens the model.
   *
   * @param configured the configuration's device
   * @param concurrency most requests to an endpoint at once; empty for the default
   * @throws CliException when it is neither a folder nor an address, or an option does not fit it
   */
  AskedModel open(Device configured, Optional<Integer> concurrency) {
    requirePositive("--concurrency", concurrency);
    requirePositive("--timeout", timeout);
    if (ADDRESS.matcher(model).matches()) {
      if (device.isPresent()) {
        throw new CliException(
            ExitCode.USAGE,
            "--device is about a checkpoint on this machine, but --model is the endpoint "
                + model
                + "; leave it out");
      }
      return remote(concurrency.orElse(Endpoint.DEFAULT_CONCURRENCY));
    }
    if (name.isPresent() || concurrency.isPresent() || timeout.isPresent()) {
      throw new CliException(
          ExitCode.USAGE,
          "--model-name, --concurrency and --timeout are about an endpoint, but --model is the folder "
              + model
              + "; leave them out, or give an address such as http://localhost:8000/v1");
    }
    Path folder = Models.folder(model);
    Compute compute = Models.compute(device.orElse(configured));
    return new AskedModel.Local(folder, Models.store(compute).open(folder, "solver"), compute);
  }

  private AskedModel remote(int concurrency) {
    URI base = parsed("--model", () -> Endpoint.base(model));
    String secret = Optional.ofNullable(System.getenv(ApiKey.VARIABLE)).orElse("");
    Optional<ApiKey> key = parsed(ApiKey.VARIABLE, () -> ApiKey.of(secret));
    Duration longest = timeout.map(Duration::ofSeconds).orElse(Endpoint.DEFAULT_TIMEOUT);
    return new AskedModel.Remote(
        base, RemoteModel.open(new Endpoint(base, name, key, concurrency, longest)));
  }

  private static <T> T parsed(String what, Supplier<T> parser) {
    try {
      return parser.get();
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, what + ": " + e.getMessage(), e);
    }
  }

  private static void requirePositive(String option, Optional<Integer> value) {
    if (value.isPresent() && value.get() < 1) {
      throw new CliException(
          ExitCode.USAGE, option + " is " + value.get() + ", but it must be at least 1");
    }
  }
}
