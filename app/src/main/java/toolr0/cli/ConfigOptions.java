package toolr0.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import toolr0.cli.ConfigNode.Mapping;
import toolr0.selfplay.Preset;
import toolr0.selfplay.SelfPlayConfig;

/** The options that say which configuration a command uses. */
final class ConfigOptions {
  /** The configuration that is used when none is named. */
  static final String DEFAULT_FILE = "configs/pocket.yaml";

  private static final String DEFAULT_MODEL = "models/pocket";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file (default: " + DEFAULT_FILE + ").")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Set one configuration key, for example --set solver.max_steps=40; may be repeated. A map is"
              + " replaced, as a file replaces it, by KEY={a: 1, b: 2}, and one entry of it is changed by"
              + " KEY.a=1. docs/configuration.md lists all keys.")
  private List<String> assignments = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The root of all randomness; the same as --set seed=N.")
  private Optional<Long> seed = Optional.empty();

  /** The configuration's name: its file's, without folder and extension. */
  String name() {
    String fileName = String.valueOf(file.orElse(Path.of(DEFAULT_FILE)).getFileName());
    int dot = fileName.lastIndexOf('.');
    return dot > 0 ? fileName.substring(0, dot) : fileName;
  }

  /**
   * The resolved configuration: the preset, the file, then the assignments in their order.
   *
   * @throws ConfigException when it cannot be used
   */
  SelfPlayConfig resolve() {
    Mapping written = ConfigReader.readFile(file.orElseGet(() -> Home.find(DEFAULT_FILE)));
    return bind(overlay(written));
  }

  /** Whether any of the options is given. */
  boolean given() {
    return file.isPresent() || !assignments.isEmpty() || seed.isPresent();
  }

  /**
   * The resolved configuration with a preset chosen apart: over the file when one is named, else
   * the preset alone; the assignments are written over it.
   *
   * @throws ConfigException when it cannot be used
   */
  SelfPlayConfig resolve(Preset preset) {
    Mapping written =
        file.map(ConfigReader::readFile).orElseGet(() -> ConfigReader.readText("", ""));
    Mapping choice = ConfigReader.readAssignment("preset=" + preset.wireName());
    return bind(overlay(written.overlaidWith(choice, SelfPlayConfig.class)));
  }

  /**
   * In words where {@link #resolve()} or, with a preset, {@link #resolve(Preset)} takes the values
   * from: "configs/pocket.yaml, --set seed=2".
   */
  String describe(Optional<Preset> preset) {
    List<String> parts = new ArrayList<>();
    if (file.isPresent() || preset.isEmpty()) {
      parts.add(file.orElseGet(() -> Home.find(DEFAULT_FILE)).toString());
    }
    preset.ifPresent(p -> parts.add("preset " + p.wireName()));
    assignments.forEach(assignment -> parts.add("--set " + assignment));
    seed.ifPresent(n -> parts.add("--seed " + n));
    return String.join(", ", parts);
  }

  /** A configuration with the named file's values and the assignments written over it. */
  SelfPlayConfig resolveOver(SelfPlayConfig base) {
    Mapping written =
        file.map(ConfigReader::readFile).orElseGet(() -> ConfigReader.readText("", ""));
    return ConfigBinder.bind(base, overlay(written));
  }

  /** The values that a preset has, with the written ones over them. */
  static SelfPlayConfig bind(Mapping written) {
    Mapping choice = written.only("preset");
    Preset preset = ConfigBinder.bind(new Choice(Preset.DEFAULT), choice).preset();
    return ConfigBinder.bind(preset.config(DEFAULT_MODEL), written);
  }

  /** The key that decides what all others are when they are not written. */
  record Choice(Preset preset) {}

  private Mapping overlay(Mapping file) {
    Mapping written = file;
    for (String assignment : assignments) {
      written = written.overlaidWith(ConfigReader.readAssignment(assignment), SelfPlayConfig.class);
    }
    if (seed.isPresent()) {
      written =
          written.overlaidWith(
              ConfigReader.readAssignment("seed=" + seed.get()), SelfPlayConfig.class);
    }
    return written;
  }
}
