package toolr0.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PeerProcessTest {
  private static Process shell(String script) throws Exception {
    return new ProcessBuilder("sh", "-c", script).start();
  }

  @Test
  void aProcessThatSaysNothingIsAwaitedForAWhileAndEndedWithAllThatItStarted() throws Exception {
    Process silent = shell("sleep 600 & echo started; wait");
    assertThat(PeerProcess.line(silent, "PORT ", Duration.ofMillis(300))).isEmpty();
    List<ProcessHandle> all = silent.descendants().toList();
    assertThat(all).isNotEmpty();
    PeerProcess.end(silent);
    assertThat(silent.isAlive()).isFalse();
    for (ProcessHandle child : all) {
      child.onExit().get();
    }
  }

  @Test
  void aLineIsFoundAmongOthers() throws Exception {
    Process talking = shell("echo hello; echo PORT 12; echo PORT 13");
    assertThat(PeerProcess.line(talking, "PORT ", Duration.ofSeconds(20))).contains("12");
    PeerProcess.end(talking);
    Process mute = shell("exit 1");
    assertThat(PeerProcess.line(mute, "PORT ", Duration.ofSeconds(20))).isEmpty();
    PeerProcess.end(mute);
  }
}
