package toolr0.chat.template;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import toolr0.base.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The time of a prompt by a template as large models have it: thoughts, calls and their results,
 * tools as JSON.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ChatTemplateBenchmark {
  private static final LocalDateTime NOW = LocalDateTime.of(2025, 3, 7, 9, 5, 3);

  /** How many turns the chat has; each user message has 2,000 characters. */
  @Param({"2", "20"})
  public int turns = 2;

  private final String source = source();
  private final Template template = Template.parse("benchmark", source);
  private Map<String, Value> variables = Map.of();

  private static String source() {
    try (InputStream in =
        ChatTemplateBenchmark.class.getResourceAsStream("/toolr0/chat/template/agent.jinja")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the chat once. */
  @Setup
  public void write() {
    ArrayNode messages = Json.array();
    messages.addObject().put("role", "system").put("content", "You call tools. ".repeat(20));
    for (int i = 0; i < turns; i++) {
      messages.addObject().put("role", "user").put("content", "Please book it. ".repeat(125));
      ObjectNode answer = messages.addObject().put("role", "assistant");
      answer.put("content", "<think>\nFirst the city.\n</think>\n\nI look it up.");
      ObjectNode call = answer.putArray("tool_calls").addObject().putObject("function");
      call.put("name", "find_city").putObject("arguments").put("name", "Oslo").put("count", i);
      messages.addObject().put("role", "tool").put("content", "{\"found\": true}");
    }
    ArrayNode tools = Json.array();
    for (int i = 0; i < 6; i++) {
      ObjectNode function = tools.addObject().put("type", "function").putObject("function");
      function.put("name", "tool_" + i).put("description", "Does a thing with a city.");
      ObjectNode parameters = function.putObject("parameters").put("type", "object");
      ObjectNode properties = parameters.putObject("properties");
      properties.putObject("name").put("type", "string").put("description", "Name of the city");
      properties.putObject("count").put("type", "integer");
      parameters.putArray("required").add("name");
    }
    variables =
        Map.of(
            "messages", JsonValues.content(messages),
            "tools", JsonValues.content(tools),
            "add_generation_prompt", Value.Bool.TRUE);
  }

  @Benchmark
  public RenderedChat render() {
    return template.render(variables, NOW);
  }

  @Benchmark
  public Template parse() {
    return Template.parse("benchmark", source);
  }
}
