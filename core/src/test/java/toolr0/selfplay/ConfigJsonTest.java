package toolr0.selfplay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ConfigJsonTest {
  private static ObjectNode section(ObjectNode tree, String key) {
    return (ObjectNode) tree.required(key);
  }

  @Test
  void theConfigurationSurvivesJson() {
    SelfPlayConfig config = SelfPlayConfig.defaults("models/pocket");
    ObjectNode tree = ConfigJson.toJson(config);
    assertThat(ConfigJson.fromJson(tree)).isEqualTo(config);
    assertThat(ConfigJson.toJson(ConfigJson.fromJson(tree))).isEqualTo(tree);
  }

  @Test
  void keysHaveTheFieldsSpelling() {
    ObjectNode tree = ConfigJson.toJson(SelfPlayConfig.defaults("m"));
    assertThat(section(tree, "generator").propertyNames())
        .contains(
            "num_generations",
            "max_completion_length",
            "lr_scheduler_type",
            "loss_type",
            "scale_rewards",
            "epsilon_high",
            "mask_truncated_completions",
            "max_grad_norm",
            "save_steps",
            "tokens_per_micro_batch",
            "adam_beta1");
    assertThat(section(tree, "dataset").propertyNames())
        .contains("n_generate", "n_final", "k_verify", "tau_verify", "mix_easy");
    assertThat(section(tree, "probe").propertyNames()).contains("k_solver_samples", "temp_solver");
    assertThat(section(tree, "generator").required("loss_type").asString()).isEqualTo("grpo");
    assertThat(section(tree, "generator").required("scale_rewards").asString()).isEqualTo("group");
  }

  @Test
  void unknownMissingAndMistypedKeysAreRefused() {
    ObjectNode tree = ConfigJson.toJson(SelfPlayConfig.defaults("m"));
    section(tree, "generator").put("num_generation", 4);
    assertThatThrownBy(() -> ConfigJson.fromJson(tree)).hasMessageContaining("num_generation");
    section(tree, "generator").remove("num_generation");
    section(tree, "solver").remove("beta");
    assertThatThrownBy(() -> ConfigJson.fromJson(tree)).hasMessageContaining("beta");
  }

  @Test
  void aValueOutOfRangeNamesItsKey() {
    ObjectNode tree = ConfigJson.toJson(SelfPlayConfig.defaults("m"));
    section(tree, "dataset").put("mix_easy", 0.9);
    assertThatThrownBy(() -> ConfigJson.fromJson(tree))
        .hasStackTraceContaining("mix_easy + mix_medium + mix_hard");
    ObjectNode other = ConfigJson.toJson(SelfPlayConfig.defaults("m"));
    other.put("prompts", "none");
    assertThatThrownBy(() -> ConfigJson.fromJson(other))
        .hasStackTraceContaining("prompts is none, but it must be one of");
  }
}
