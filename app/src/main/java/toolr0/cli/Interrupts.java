package toolr0.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import toolr0.torch.system.ProcessExit;
import toolr0.track.Terminal;

/**
 * Turns Ctrl-C into a request to stop where the run can be resumed. The second one ends the process
 * at once; the run then resumes from its last commit.
 */
final class Interrupts implements BooleanSupplier {
  private final Terminal terminal;
  private final Runnable onFirst;
  private final AtomicInteger count = new AtomicInteger();

  private Interrupts(Terminal terminal, Runnable onFirst) {
    this.terminal = terminal;
    this.onFirst = onFirst;
  }

  /** From now on SIGINT and SIGTERM end the process with the exit code of an interruption. */
  static void endAtOnce() {
    for (String signal : List.of("INT", "TERM")) {
      handle(signal, () -> ProcessExit.now(ExitCode.INTERRUPTED.code()));
    }
  }

  /** From now on SIGINT and SIGTERM are requests to stop. */
  static Interrupts install(Terminal terminal) {
    return install(terminal, () -> {});
  }

  /**
   * From now on SIGINT and SIGTERM are requests to stop.
   *
   * @param onFirst ends what cannot be waited for; called at the first request, on another thread
   */
  static Interrupts install(Terminal terminal, Runnable onFirst) {
    Interrupts interrupts = new Interrupts(terminal, onFirst);
    for (String signal : List.of("INT", "TERM")) {
      handle(signal, interrupts::raised);
    }
    return interrupts;
  }

  /**
   * Has a signal handled by {@code sun.misc.Signal}, the only way there is; by reflection, because
   * the compiler warns of the class and the warning cannot be suppressed.
   */
  private static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Interrupts.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> answer(self, method, arguments, action));
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("SIG" + name + " cannot be handled", e);
    }
  }

  @SuppressWarnings("ReferenceEquality")
  private static @Nullable Object answer(
      Object self, Method method, @Nullable Object @Nullable [] arguments, Runnable action) {
    return switch (method.getName()) {
      case "hashCode" -> System.identityHashCode(self);
      case "equals" -> arguments != null && arguments[0] == self;
      case "toString" -> "stop request";
      default -> {
        action.run();
        yield null;
      }
    };
  }

  /** Whether somebody asked to stop. */
  @Override
  public boolean getAsBoolean() {
    return count.get() > 0;
  }

  private void raised() {
    if (count.incrementAndGet() == 1) {
      terminal.print("Stopping after the step in progress (Ctrl-C again: at once).");
      onFirst.run();
    } else {
      ProcessExit.now(ExitCode.INTERRUPTED.code());
    }
  }
}
