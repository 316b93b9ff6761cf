package toolr0.chat.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import toolr0.base.Json;
import tools.jackson.databind.node.ObjectNode;

/** Templates render to the text that Jinja2 gives as the transformers library sets it up. */
class TemplateOracleTest {

  @Test
  void goldenTemplatesRenderAsJinjaRendersThem() throws IOException {
    Path folder = Path.of(System.getProperty("toolr0.oracles", "../shared/oracles"), "jinja");
    if (!Files.isDirectory(folder)) {
      System.out.println("golden jinja: no templates at " + folder + ", nothing checked");
      return;
    }
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.filter(f -> f.toString().endsWith(".json")).sorted().toList();
    }
    assertThat(files).as("templates in %s", folder).isNotEmpty();
    List<String> problems =
        files.stream().flatMap(f -> check(TemplateVectors.read(f), f).stream()).toList();
    assertThat(problems).isEmpty();
  }

  @Test
  void ownTemplatesRenderAsJinjaRendersThem() throws IOException {
    assertThat(
            check(
                TemplateVectors.read("snippets.json", resource("snippets.json")),
                Path.of("snippets.json")))
        .isEmpty();
    ObjectNode agent = Json.parseObject(resource("agent.json"));
    agent.put("template", resource("agent.jinja"));
    assertThat(check(TemplateVectors.read("agent.json", agent), Path.of("agent.json"))).isEmpty();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = TemplateOracleTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<String> check(List<TemplateVectors.Case> cases, Path file) {
    List<String> problems = cases.stream().flatMap(c -> c.disagreement().stream()).toList();
    System.out.printf(
        "golden jinja/%-20s cases %4d passed %4d%n",
        file.getFileName(), cases.size(), cases.size() - problems.size());
    assertThat(cases).as("cases in %s", file).isNotEmpty();
    return problems;
  }
}
