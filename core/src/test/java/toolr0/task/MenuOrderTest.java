package toolr0.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import toolr0.tool.ToolSpec;

/** Where the needed tool stands on a task's menu says nothing about it. */
class MenuOrderTest {
  @Test
  void theMenuIsShuffledByTheQuestionAlone() {
    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      String question = "Book table number " + i + " in Rome.";
      List<String> names = names(TaskParserConfig.standard(), question);
      assertThat(names).containsExactlyInAnyOrder("book_table", "find_table", "move_table");
      assertThat(names(TaskParserConfig.standard(), question)).isEqualTo(names);
      places.add(names.indexOf("book_table"));
    }
    assertThat(places).containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void thePublishedReadingKeepsTheWrittenOrder() {
    assertThat(names(TaskParserConfig.published(false), "Book a table in Rome."))
        .containsExactly("book_table", "find_table", "move_table");
  }

  private static List<String> names(TaskParserConfig config, String question) {
    return ((ParsedTask.Parsed) new TaskParser(config).parse(completion(question)))
        .task().tools().stream().map(ToolSpec::name).toList();
  }

  private static String completion(String question) {
    return """
        <question>%s</question>
        <available_tools>[{"name":"book_table","description":"book a table","parameters":{"city":{"type":"string"}},"required":["city"]},
        {"name":"find_table","description":"find a table","parameters":{"city":{"type":"string"}},"required":["city"]},
        {"name":"move_table","description":"move a table","parameters":{"city":{"type":"string"}},"required":["city"]}]</available_tools>
        <tool_call_answer>[{"name":"book_table","arguments":{"city":"Rome"}}]</tool_call_answer>"""
        .formatted(question);
  }
}
