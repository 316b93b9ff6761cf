package toolr0.cli;

import toolr0.selfplay.ConfigJson;
import toolr0.selfplay.SelfPlayConfig;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Writes a resolved configuration as YAML that can be read again. */
final class ConfigYaml {
  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
          .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  private ConfigYaml() {}

  /** Every key with its value. */
  static String write(SelfPlayConfig config) {
    return MAPPER.writeValueAsString(ConfigJson.toJson(config));
  }
}
