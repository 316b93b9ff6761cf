package toolr0.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import toolr0.base.Check;

final class ConfigBinderTest {
  enum Colour {
    RED,
    DARK_BLUE
  }

  record Inner(int maxSteps, double learningRate, boolean on) {
    Inner {
      Check.atLeast("max_steps", maxSteps, 1);
      Check.require(
          maxSteps < 1000 || learningRate < 1,
          "learning_rate",
          learningRate,
          "is for max_steps below 1000");
    }
  }

  record Outer(
      String model,
      long seed,
      Colour colour,
      Inner first,
      Inner second,
      List<String> names,
      Map<String, Double> weights,
      Set<Colour> colours) {}

  private static final Outer DEFAULTS =
      new Outer(
          "base",
          1,
          Colour.RED,
          new Inner(5, 0.1, true),
          new Inner(6, 0.2, false),
          List.of("a"),
          Map.of("x", 1.0),
          Set.of());

  private static Outer bind(String yaml) {
    return ConfigBinder.bind(DEFAULTS, ConfigReader.readText("run.yaml", yaml));
  }

  @Test
  void whatIsNotWrittenKeepsItsDefault() {
    assertThat(bind("")).isEqualTo(DEFAULTS);
    assertThat(bind("# only a comment\n")).isEqualTo(DEFAULTS);
  }

  @Test
  void everyKindOfValueIsBound() {
    Outer bound =
        bind(
            """
            model: models/pocket
            seed: 1000
            colour: dark_blue
            first:
              learning_rate: 1e-6
              on: false
            second: {max_steps: 7, learning_rate: 3}
            names: [b, "c d"]
            weights:
              y: 0.5
              z: 2
            colours: [dark_blue]
            """);
    assertThat(bound.model()).isEqualTo("models/pocket");
    assertThat(bound.seed()).isEqualTo(1000);
    assertThat(bound.colour()).isEqualTo(Colour.DARK_BLUE);
    assertThat(bound.first()).isEqualTo(new Inner(5, 1e-6, false));
    assertThat(bound.second()).isEqualTo(new Inner(7, 3, false));
    assertThat(bound.names()).containsExactly("b", "c d");
    assertThat(bound.colours()).containsExactly(Colour.DARK_BLUE);
    assertThat(bound.weights()).containsExactly(Map.entry("y", 0.5), Map.entry("z", 2.0));
  }

  @Test
  void anAssignmentOverridesOneKeyOfTheFile() {
    ConfigNode.Mapping file =
        ConfigReader.readText("run.yaml", "first:\n  max_steps: 9\n  on: false\n");
    Outer bound =
        ConfigBinder.bind(
            DEFAULTS, overlaid(file, "first.max_steps=2", "names=[p, q]", "second={max_steps: 8}"));
    assertThat(bound.first()).isEqualTo(new Inner(2, 0.1, false));
    assertThat(bound.second()).isEqualTo(new Inner(8, 0.2, false));
    assertThat(bound.names()).containsExactly("p", "q");
  }

  private static ConfigNode.Mapping overlaid(ConfigNode.Mapping file, String... assignments) {
    ConfigNode.Mapping written = file;
    for (String assignment : assignments) {
      written = written.overlaidWith(ConfigReader.readAssignment(assignment), Outer.class);
    }
    return written;
  }

  private static Map<String, Double> weights(String file, String... assignments) {
    return ConfigBinder.bind(
            DEFAULTS, overlaid(ConfigReader.readText("run.yaml", file), assignments))
        .weights();
  }

  @Test
  void aMapThatIsWrittenWholeReplacesTheOneBefore() {
    assertThat(weights("weights: {y: 2}\n")).isEqualTo(Map.of("y", 2.0));
    assertThat(weights("", "weights={y: 2}")).isEqualTo(Map.of("y", 2.0));
    assertThat(weights("weights: {z: 3}\n", "weights={y: 2}")).isEqualTo(Map.of("y", 2.0));
    assertThat(weights("weights: {z: 3}\n", "weights.z=4", "weights={y: 2}"))
        .isEqualTo(Map.of("y", 2.0));
  }

  @Test
  void oneEntryOfAMapIsChangedByItsOwnKey() {
    assertThat(weights("", "weights.y=2")).isEqualTo(Map.of("x", 1.0, "y", 2.0));
    assertThat(weights("", "weights.x=2")).isEqualTo(Map.of("x", 2.0));
    assertThat(weights("weights: {z: 3}\n", "weights.y=2")).isEqualTo(Map.of("z", 3.0, "y", 2.0));
    assertThat(weights("", "weights={y: 2}", "weights.z=3", "weights.y=5"))
        .isEqualTo(Map.of("y", 5.0, "z", 3.0));
    assertThat(weights("", "weights.y=2", "weights.z=3"))
        .isEqualTo(Map.of("x", 1.0, "y", 2.0, "z", 3.0));
  }

  @Test
  void anUnknownKeyIsNamedWithItsLineAndTheLikelyOne() {
    assertThatThrownBy(() -> bind("seed: 2\nfirst:\n  max_step: 3\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("run.yaml:3: unknown key first.max_step; did you mean first.max_steps?");
    assertThatThrownBy(() -> bind("colr: red\n"))
        .hasMessage("run.yaml:1: unknown key colr; did you mean colour?");
  }

  @Test
  void aKeyOfAnotherBlockIsSuggestedWithItsPath() {
    assertThatThrownBy(() -> bind("max_steps: 3\n"))
        .hasMessage(
            "run.yaml:1: unknown key max_steps; did you mean first.max_steps or second.max_steps?");
  }

  @Test
  void aKeyLikeNoOtherListsWhatThereIs() {
    assertThatThrownBy(() -> bind("first:\n  zzzzzzzz: 3\n"))
        .hasMessage(
            "run.yaml:2: unknown key first.zzzzzzzz; the keys of first are max_steps, learning_rate, on");
  }

  @Test
  void aMistypedValueSaysWhatWasExpectedAndFound() {
    assertThatThrownBy(() -> bind("\nseed: many\n"))
        .hasMessage("run.yaml:2: seed: expected a whole number, found the text \"many\"");
    assertThatThrownBy(() -> bind("seed: 1.5\n"))
        .hasMessage("run.yaml:1: seed: expected a whole number, found 1.5");
    assertThatThrownBy(() -> bind("first:\n  on: 3\n"))
        .hasMessage("run.yaml:2: first.on: expected true or false, found 3");
    assertThatThrownBy(() -> bind("first: 3\n"))
        .hasMessage(
            "run.yaml:1: first: expected a block with the keys max_steps, learning_rate, on, found 3");
    assertThatThrownBy(() -> bind("colour: darkblue\n"))
        .hasMessage(
            "run.yaml:1: colour: expected one of red, dark_blue (did you mean dark_blue?), found the text"
                + " \"darkblue\"");
    assertThatThrownBy(() -> bind("first:\n  max_steps: 99999999999\n"))
        .hasMessage("run.yaml:2: first.max_steps: expected a whole number, found 99999999999");
    assertThatThrownBy(() -> bind("names: a\n"))
        .hasMessage("run.yaml:1: names: expected a list, found the text \"a\"");
    assertThatThrownBy(() -> bind("weights:\n  x: heavy\n"))
        .hasMessage("run.yaml:2: weights.x: expected a number, found the text \"heavy\"");
  }

  @Test
  void aValueOutOfRangeSaysTheRuleAndTheLine() {
    assertThatThrownBy(() -> bind("first:\n  on: true\n  max_steps: 0\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("run.yaml:3: first.max_steps is 0, but it must be at least 1");
    ConfigNode.Mapping set = ConfigReader.readAssignment("second.max_steps=-4");
    assertThatThrownBy(() -> ConfigBinder.bind(DEFAULTS, set))
        .hasMessage("--set second.max_steps=-4: second.max_steps is -4, but it must be at least 1");
  }

  @Test
  void aRuleOverTwoKeysBlamesTheOneThatIsWritten() {
    assertThatThrownBy(() -> bind("first:\n  max_steps: 1000\n  learning_rate: 2\n"))
        .hasMessage("run.yaml:3: first.learning_rate is 2.0, but it is for max_steps below 1000");
  }

  @Test
  void yamlThatIsNoneNamesItsLine() {
    assertThatThrownBy(() -> bind("seed: 1\nfirst: [1, 2\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageMatching("run.yaml:[23]: not valid YAML: .+");
    assertThatThrownBy(() -> bind("- 1\n- 2\n"))
        .hasMessage("run.yaml:1: expected keys with values, found a list");
    assertThatThrownBy(() -> bind("seed: 1\nmodel: a\nseed: 2\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("run.yaml:3")
        .hasMessageContaining("seed");
  }

  @Test
  void anAssignmentNeedsAKeyAndAValue() {
    assertThatThrownBy(() -> ConfigReader.readAssignment("seed"))
        .hasMessage("--set seed: expected KEY=VALUE, for example --set solver.max_steps=40");
    assertThatThrownBy(() -> ConfigReader.readAssignment("first..on=true"))
        .hasMessage("--set first..on=true: the key has an empty part");
    assertThatThrownBy(() -> ConfigBinder.bind(DEFAULTS, ConfigReader.readAssignment("sed=3")))
        .hasMessage("--set sed=3: unknown key sed; did you mean seed?");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> ConfigReader.readFile(Path.of("no-such.yaml")))
        .hasMessage("no-such.yaml: there is no such configuration file; give one with --config");
  }
}
