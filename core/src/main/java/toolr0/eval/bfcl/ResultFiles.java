package toolr0.eval.bfcl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import toolr0.base.AtomicFiles;
import toolr0.base.Json;
import toolr0.eval.Verdict;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes answers as BFCL's own result files, {@code GROUP/BFCL_v4_CATEGORY_result.json} below the
 * model's folder, so that its scorer can be run on them as on the answers of a prompted model.
 * Tasks that were not asked are left out.
 */
final class ResultFiles {
  /** A text that no decoder of BFCL takes for a call. */
  private static final String NO_CALLS = "no calls could be read from this answer";

  private ResultFiles() {}

  static void write(Path model, List<Verdict> verdicts) throws IOException {
    for (BfclCategory category : BfclCategory.values()) {
      List<Verdict> asked =
          verdicts.stream()
              .filter(v -> v.fits() && v.category().equals(category.wireName()))
              .toList();
      if (!asked.isEmpty()) {
        Path file =
            model
                .resolve(category.group())
                .resolve("BFCL_v4_" + category.wireName() + "_result.json");
        AtomicFiles.write(
            file,
            out -> {
              for (Verdict verdict : asked) {
                String line = Json.compact(line(verdict, category)) + "\n";
                out.write(line.getBytes(StandardCharsets.UTF_8));
              }
            });
      }
    }
  }

  private static ObjectNode line(Verdict verdict, BfclCategory category) {
    ObjectNode line = Json.object();
    line.put("id", verdict.id());
    line.put("result", result(verdict.calls(), category.language()));
    verdict.tokens().ifPresent(tokens -> line.put("output_token_count", tokens));
    line.put("raw_output", verdict.answer());
    return line;
  }

  /** The text that BFCL's decoder of the language reads the calls from. */
  static String result(ParsedCalls answer, SourceLanguage language) {
    return answer instanceof ParsedCalls.Calls(List<ToolCall> calls, int ignored) && ignored == 0
        ? CallSource.of(calls, language)
        : NO_CALLS;
  }
}
