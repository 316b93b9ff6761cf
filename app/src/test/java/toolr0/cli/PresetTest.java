package toolr0.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    ConfigNode.Mapping written =
        file.overlaidWith(ConfigReader.readAssignment("preset=default"), SelfPlayConfig.class);
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          task: {parser: {judged_calls: first}} | run.yaml:1: probe.agreement is full_calls, but it must be first_call_json where task.parser.judged_calls is first, and nowhere else
          probe: {agreement: first_call_json} | run.yaml:1: probe.agreement is first_call_json, but it must be first_call_json where task.parser.judged_calls is first, and nowhere else
          reward: {generator: {grounding: published_first_version}} | run.yaml:1: reward.generator.grounding is published_first_version, but it may be so only where task.parser.judged_calls is first
          {preset: paper, dataset: {validation: checked}} | run.yaml:1: dataset.validation is checked, but it must be published where task.parser.judged_calls is first, because tasks read by that parser lose their other calls
          """)
  void theFirstVersionsJudgingOfOneCallIsNotMixedWithRulesForAll(String yaml, String message) {
    assertThatThrownBy(() -> bind(yaml)).isInstanceOf(ConfigException.class).hasMessage(message);
  }

  @Test
  void theLaterPublishedVersionIsThePaperPresetWithThreeKeys() {
    assertThat(
            bind("""
                    preset: paper
                    task: {parser: {judged_calls: all}}
                    reward: {generator: {grounding: published}}
                    probe: {agreement: ordered_json}
                    """)
                .ownKeys())
        .containsExactly(
            "task.parser.judged_calls", "reward.generator.grounding", "probe.agreement");
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
