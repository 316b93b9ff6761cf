package toolr0.task;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import toolr0.base.Json;
import toolr0.base.Text;
import tools.jackson.databind.JsonNode;

/** A question seen as words, numbers and dates. */
final class TypedQuestion implements Grounding.Question {
  private final WordRuns runs;
  private final Set<BigDecimal> numbers;
  private final Set<CalendarDate> dates;

  TypedQuestion(String question) {
    String folded = Text.fold(question);
    this.runs = new WordRuns(Words.ofFolded(folded));
    this.numbers = new HashSet<>();
    Numbers.inFolded(folded).forEach(number -> numbers.add(number.stripTrailingZeros()));
    this.dates = CalendarDate.in(question);
  }

  @Override
  public boolean counts(JsonNode value) {
    if (value.isContainer()) {
      return leaves(value).stream().anyMatch(this::counts);
    }
    return !value.isBoolean() && !value.isNull();
  }

  @Override
  public boolean holds(JsonNode value) {
    if (value.isContainer()) {
      return leaves(value).stream().filter(this::counts).allMatch(this::holds);
    }
    if (value.isNumber()) {
      return Double.isFinite(Json.toDouble(value))
          && numbers.contains(value.decimalValue().stripTrailingZeros());
    }
    return holdsText(value.isString() ? value.stringValue() : value.toString());
  }

  private boolean holdsText(String text) {
    List<String> words = Words.of(text);
    if (words.isEmpty()) {
      return false;
    }
    if (runs.contains(words)) {
      return true;
    }
    Optional<BigDecimal> number = Numbers.plain(text);
    if (number.isPresent()) {
      return numbers.contains(number.get().stripTrailingZeros());
    }
    Optional<CalendarDate> date = CalendarDate.of(text);
    return date.isPresent() && dates.contains(date.get());
  }

  private static List<JsonNode> leaves(JsonNode node) {
    if (!node.isContainer()) {
      return List.of(node);
    }
    List<JsonNode> leaves = new ArrayList<>();
    node.values().forEach(child -> leaves.addAll(leaves(child)));
    return leaves;
  }
}
