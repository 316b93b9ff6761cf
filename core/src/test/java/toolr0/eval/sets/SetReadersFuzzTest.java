package toolr0.eval.sets;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import toolr0.eval.BenchmarkReader;
import toolr0.testsupport.ChangedSet;
import toolr0.testsupport.TimeBound;

/** The readers of the published sets, each over its small valid folder with one file changed. */
class SetReadersFuzzTest {
  @TempDir private Path folder;
  private Optional<ChangedSet> set = Optional.empty();

  @FuzzTest(maxDuration = "60s")
  void apiBank(FuzzedDataProvider data) {
    set(new ApiBankReader(), SetFixtures.API_BANK).change(data);
  }

  @FuzzTest(maxDuration = "60s")
  void hammer(FuzzedDataProvider data) {
    set(new HammerReader(), SetFixtures.HAMMER).change(data);
  }

  @FuzzTest(maxDuration = "60s")
  void nestful(FuzzedDataProvider data) {
    set(new NestfulReader(), SetFixtures.NESTFUL).change(data);
  }

  @FuzzTest(maxDuration = "60s")
  void nexusRaven(FuzzedDataProvider data) {
    set(new NexusRavenReader(), SetFixtures.NEXUS_RAVEN).change(data);
  }

  @FuzzTest(maxDuration = "60s")
  void sealTools(FuzzedDataProvider data) {
    set(new SealToolsReader(), SetFixtures.SEAL_TOOLS).change(data);
  }

  @FuzzTest(maxDuration = "60s")
  void snips(FuzzedDataProvider data) {
    set(new SnipsReader(), SetFixtures.SNIPS).change(data);
  }

  @FuzzTest(maxDuration = "60s")
  void toolAlpaca(FuzzedDataProvider data) {
    set(new ToolAlpacaReader(), SetFixtures.TOOL_ALPACA).change(data);
  }

  @FuzzTest(maxDuration = "60s")
  void toolTalk(FuzzedDataProvider data) {
    set(new ToolTalkReader(), SetFixtures.TOOL_TALK).change(data);
  }

  @ParameterizedTest
  @MethodSource("toolr0.eval.sets.MalformedSetsTest#sets")
  void worstCasesAreReportedOrRead(MalformedSetsTest.PublishedSet published) {
    set(published.reader(), published.files()).worstCases(TimeBound.holds() ? 25 : 200);
  }

  /** The set over its folder, which is written once for all inputs of a fuzz test. */
  private ChangedSet set(BenchmarkReader reader, Map<String, String> files) {
    return set.orElseGet(
        () -> {
          ChangedSet written = new ChangedSet(reader, folder, files);
          set = Optional.of(written);
          return written;
        });
  }
}
