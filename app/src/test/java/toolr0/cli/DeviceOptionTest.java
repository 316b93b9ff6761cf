package toolr0.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Devices that do not exist are refused by every command that takes one, before it does anything.
 */
class DeviceOptionTest {
  private record Result(int code, String errors) {}

  private static Result run(String command) {
    PrintStream err = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
    try {
      return new Result(Main.execute(command.split(" ")), told.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(err);
    }
  }

  private static List<String> commands(String device) {
    return List.of(
        "evaluate --model models/pocket --device " + device,
        "evaluate --model models/pocket --set device=" + device,
        "call --model models/pocket --tools ../examples/pocket.json --device " + device + " hello",
        "bench --model models/pocket --device " + device,
        "bench --model models/pocket --step --device " + device,
        "pretrain --out target/no-model --device " + device,
        "evolve --dry-run --set device=" + device);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda:99"})
  void aDeviceThatIsNotThereIsTheEnvironmentsFault(String device) {
    for (String command : commands(device)) {
      Result result = run(command);
      assertThat(result.errors()).as(command).contains("device is " + device + ", but ");
      assertThat(result.code()).as(command).isEqualTo(ExitCode.ENVIRONMENT.code());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "cuda:x"})
  void aWordThatIsNoDeviceIsBadUsage(String device) {
    for (String command : commands(device)) {
      Result result = run(command);
      assertThat(result.errors())
          .as(command)
          .contains(device, "cpu, cuda, cuda:N (N from 0) or mps");
      assertThat(result.code()).as(command).isEqualTo(ExitCode.USAGE.code());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda"})
  void anEndpointHasNoDevice(String device) {
    Result result = run("evaluate --model http://127.0.0.1:9/v1 --device " + device);
    assertThat(result.errors()).contains("--device is about a checkpoint");
    assertThat(result.code()).isEqualTo(ExitCode.USAGE.code());
  }
}
