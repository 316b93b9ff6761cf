package toolr0.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import toolr0.selfplay.ConfigJson;
import toolr0.selfplay.Preset;
import toolr0.selfplay.SelfPlayConfig;

class PresetTest {
  private static SelfPlayConfig bind(String yaml) {
    return ConfigOptions.bind(ConfigReader.readText("run.yaml", yaml));
  }

  @Test
  void thePresetDecidesWhatIsNotWritten() {
    assertThat(ConfigJson.toJson(bind("")))
        .isEqualTo(ConfigJson.toJson(SelfPlayConfig.defaults("models/pocket")));
    assertThat(ConfigJson.toJson(bind("preset: paper\n")))
        .isEqualTo(ConfigJson.toJson(SelfPlayConfig.paper("models/pocket")));
    assertThat(bind("preset: paper\n").preset()).isEqualTo(Preset.PAPER);
  }

  @Test
  void writtenKeysOverrideThePresetWhereverItStands() {
    SelfPlayConfig config = bind("control:\n  no_call: 0.2\nseed: 5\npreset: paper\n");
    assertThat(config.control().noCall()).isEqualTo(0.2);
    assertThat(config.reward().solver().thinkRequired()).isTrue();
    assertThat(config.ownKeys()).containsExactly("control.no_call");
    assertThat(bind("preset: paper").ownKeys()).isEmpty();
  }

  @Test
  void anAssignmentChoosesThePresetToo() {
    ConfigNode.Mapping file = ConfigReader.readText("run.yaml", "preset: paper\n");
    ConfigNode.Mapping written = file.overlaidWith(ConfigReader.readAssignment("preset=default"));
    assertThat(ConfigOptions.bind(written)).isEqualTo(SelfPlayConfig.defaults("models/pocket"));
  }

  @Test
  void anUnknownPresetIsRefusedWithTheLikelyOne() {
    assertThatThrownBy(() -> bind("seed: 1\npreset: papr\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "run.yaml:2: preset: expected one of default, paper (did you mean paper?), found the text"
                + " \"papr\"");
  }

  @Test
  void theResolvedConfigurationOfAPresetReadsBackAsItself() {
    SelfPlayConfig paper = bind("preset: paper\niterations: 2\n");
    SelfPlayConfig again =
        ConfigOptions.bind(ConfigReader.readText("resolved", ConfigYaml.write(paper)));
    assertThat(again).isEqualTo(paper);
    assertThat(ConfigYaml.write(paper)).startsWith("preset: paper");
  }
}
