package toolr0.cli;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import sun.misc.Signal;
import toolr0.track.Terminal;

/**
 * Turns Ctrl-C into a request to stop where the run can be resumed. The second one ends the process at once; the run
 * then resumes from its last commit.
 */
final class Interrupts implements BooleanSupplier {
  private final Terminal terminal;
  private final AtomicInteger count = new AtomicInteger();

  private Interrupts(Terminal terminal) {
    this.terminal = terminal;
  }

  /** From now on SIGINT and SIGTERM are requests to stop. */
  static Interrupts install(Terminal terminal) {
    Interrupts interrupts = new Interrupts(terminal);
    Signal.handle(new Signal("INT"), signal -> interrupts.raised());
    Signal.handle(new Signal("TERM"), signal -> interrupts.raised());
    return interrupts;
  }

  /** Whether somebody asked to stop. */
  @Override
  public boolean getAsBoolean() {
    return count.get() > 0;
  }

  private void raised() {
    if (count.incrementAndGet() == 1) {
      terminal.print("Stopping after the step in progress (Ctrl-C again: at once).");
    } else {
      Runtime.getRuntime().halt(ExitCode.INTERRUPTED.code());
    }
  }
}
