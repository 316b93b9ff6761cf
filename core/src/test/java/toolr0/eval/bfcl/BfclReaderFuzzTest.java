package toolr0.eval.bfcl;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.testsupport.ChangedSet;
import toolr0.testsupport.TimeBound;

/** The leaderboard's reader over a small valid folder with one file changed. */
class BfclReaderFuzzTest {
  @TempDir private Path folder;
  private Optional<ChangedSet> set = Optional.empty();

  @FuzzTest(maxDuration = "60s")
  void anyFileIsReportedOrRead(FuzzedDataProvider data) {
    set().change(data);
  }

  @Test
  void worstCasesAreReportedOrRead() {
    set().worstCases(TimeBound.holds() ? 25 : 200);
  }

  /** The set over its folder, which is written once for all inputs of a fuzz test. */
  private ChangedSet set() {
    return set.orElseGet(
        () -> {
          ChangedSet written = new ChangedSet(new BfclReader(), folder, BfclFixtures.files());
          set = Optional.of(written);
          return written;
        });
  }
}
