package toolr0.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import toolr0.selfplay.ConfigJson;
import toolr0.selfplay.SelfPlayConfig;

final class ConfigurationReferenceTest {
  private static final Path ROOT = Path.of(System.getProperty("toolr0.root"));

  @Test
  void thePageInTheDocumentationIsTheOneTheRecordsGive() throws IOException {
    Path page = ROOT.resolve("docs/configuration.md");
    String expected = ConfigurationReference.page(ROOT);
    if (Boolean.getBoolean("toolr0.update")) {
      Files.writeString(page, expected);
    }
    assertThat(Files.readString(page))
        .as("docs/configuration.md is out of date: run this test with -Dtoolr0.update=true")
        .isEqualTo(expected);
  }

  @Test
  void everyConfigurationThatIsShippedBinds() throws IOException {
    try (var files = Files.list(ROOT.resolve("configs"))) {
      for (Path file : files.toList()) {
        SelfPlayConfig config = ConfigOptions.bind(ConfigReader.readFile(file));
        assertThat(config.model()).isNotBlank();
      }
    }
  }

  @Test
  void theResolvedConfigurationReadsBackAsItself() {
    SelfPlayConfig config =
        ConfigBinder.bind(
            SelfPlayConfig.defaults("m"),
            ConfigReader.readFile(ROOT.resolve("configs/pocket.yaml")));
    SelfPlayConfig again =
        ConfigBinder.bind(
            SelfPlayConfig.defaults("other"),
            ConfigReader.readText("resolved", ConfigYaml.write(config)));
    assertThat(ConfigJson.toJson(again)).isEqualTo(ConfigJson.toJson(config));
  }
}
