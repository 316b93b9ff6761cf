package toolr0.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

final class HelpTest {
  private static final int COLUMNS = 80;

  static Stream<Object> commands() {
    return Stream.of(
        new EvolveCommand(),
        new EvaluateCommand(),
        new ScoreCommand(),
        new CallCommand(),
        new PretrainCommand(),
        new ExportCommand(),
        new BenchCommand(),
        new DoctorCommand());
  }

  /** A line that is broken cannot be copied. */
  @ParameterizedTest
  @MethodSource("commands")
  void noExampleIsBrokenInATerminalOfEightyColumns(Object command) {
    String[] footer = new CommandLine(command).getCommandSpec().usageMessage().footer();
    assertThat(Arrays.stream(footer).map(String::strip))
        .as("has examples")
        .anyMatch(line -> line.contains("./toolr0 "));
    assertThat(footer).allMatch(line -> line.length() < COLUMNS);
  }
}
