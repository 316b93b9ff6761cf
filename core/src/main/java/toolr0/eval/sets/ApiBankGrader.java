package toolr0.eval.sets;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.MonthDay;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import toolr0.base.Json;
import toolr0.base.PythonText;
import toolr0.base.Text;
import toolr0.eval.Grader;
import toolr0.eval.Grades;
import toolr0.task.Task;
import toolr0.tool.CallMatcher;
import toolr0.tool.CallParser;
import toolr0.tool.CallSyntax;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Judges, beside exact match, by the part of API-Bank's own rule that needs no mock database, as
 * score {@code inputs}: one call, of gold's API, with that API's parameters only, whose inputs
 * agree as its own check compares them; the API is known to that check whether it was offered or
 * not. Words of agenda contents, reminder contents and meeting topics need to overlap only by more
 * than half (Jaccard); dates and times are compared as such; names of devices and scenes, symptoms
 * and addresses without case; identifiers of persons and stocks in upper case; formulas without
 * blanks; devices of a scene in any order.
 *
 * <p>The official rule then executes both calls and compares output and exception. In its place,
 * inputs that the check leaves to the execution (tokens, for example, or what is searched for) have
 * to be equal as the schema means them. An answer that is right here is therefore right officially
 * where gold is; one that is wrong here may be right there, when another input leads to the same
 * output. Two inputs are free, because neither check nor execution depends on their value: the
 * health data that are recorded, and the language that is translated from.
 */
final class ApiBankGrader implements Grader {
  private static final double OVERLAP = 0.5;
  private static final Map<String, Map<String, Form>> FORMS = forms();

  private final Grader published;
  private final ToolCall gold;
  private final List<ToolSpec> api;

  /**
   * The grader of a task.
   *
   * @param task with one gold call
   * @param api the API of the gold call, empty when there is none of this name
   */
  ApiBankGrader(Task task, Optional<ToolSpec> api) {
    this.published = Grader.published(task);
    this.gold = task.gold().getFirst();
    this.api = api.stream().toList();
  }

  /** How two values of a parameter are compared. */
  private enum Form {
    AS_MEANT,
    TRIMMED,
    LOWER_CASE,
    UPPER_CASE,
    WITHOUT_BLANKS,
    DATE,
    TIME,
    MONTH_DAY,
    OVERLAPPING,
    OVERLAPPING_ANY_CASE,
    DEVICES,
    FREE
  }

  @Override
  public Grades grade(ParsedCalls answer) {
    List<ToolCall> calls = answer.whole().orElse(List.of());
    boolean right = calls.size() == 1 && same(calls.getFirst());
    return published.grade(answer).with("inputs", right);
  }

  private boolean same(ToolCall call) {
    if (!call.name().equals(gold.name())) {
      return false;
    }
    Set<String> keys = new HashSet<>(call.arguments().propertyNames());
    boolean known =
        api.stream().anyMatch(a -> keys.stream().allMatch(k -> a.parameter(k).isPresent()));
    keys.addAll(gold.arguments().propertyNames());
    return known && keys.stream().allMatch(key -> same(key, call));
  }

  private boolean same(String key, ToolCall call) {
    Form form = FORMS.getOrDefault(gold.name(), Map.of()).getOrDefault(key, Form.AS_MEANT);
    JsonNode a = call.arguments().path(key);
    JsonNode b = gold.arguments().path(key);
    boolean given = !a.isNull() && !a.isMissingNode();
    boolean wanted = !b.isNull() && !b.isMissingNode();
    if (form == Form.FREE || (!given && !wanted)) {
      return true;
    }
    if (!given || !wanted) {
      return false;
    }
    String left = PythonText.str(a);
    String right = PythonText.str(b);
    return switch (form) {
      case FREE -> true;
      case TRIMMED -> Text.strip(left).equals(Text.strip(right));
      case LOWER_CASE -> lower(left).equals(lower(right));
      case UPPER_CASE -> Text.strip(Text.upperCase(left)).equals(Text.strip(Text.upperCase(right)));
      case WITHOUT_BLANKS -> left.replace(" ", "").equals(right.replace(" ", ""));
      case DATE -> sameMoment(left, right, ApiBankGrader::date);
      case TIME -> sameMoment(left, right, ApiBankGrader::time);
      case MONTH_DAY -> sameMoment(left, right, ApiBankGrader::monthDay);
      case OVERLAPPING -> overlap(left, right);
      case OVERLAPPING_ANY_CASE -> overlap(Text.lowerCase(left), Text.lowerCase(right));
      case DEVICES -> devices(a).filter(d -> devices(b).filter(d::equals).isPresent()).isPresent();
      case AS_MEANT ->
          CallMatcher.equivalent(
              List.of(only(gold.name(), key, a)), List.of(only(gold.name(), key, b)), api);
    };
  }

  private static ToolCall only(String api, String key, JsonNode value) {
    ObjectNode arguments = Json.object();
    arguments.set(key, value);
    return new ToolCall(api, arguments);
  }

  private static String lower(String text) {
    return Text.lowerCase(Text.strip(text));
  }

  private static boolean overlap(String a, String b) {
    Set<String> left = new HashSet<>(List.of(a.split(" ", -1)));
    Set<String> right = new HashSet<>(List.of(b.split(" ", -1)));
    Set<String> all = new HashSet<>(left);
    all.addAll(right);
    left.retainAll(right);
    return (double) left.size() / all.size() > OVERLAP;
  }

  private interface MomentReader {
    Optional<? extends TemporalAccessor> read(String text);
  }

  /** Whether two texts name the same moment; if neither names one, whether they are equal. */
  private static boolean sameMoment(String a, String b, MomentReader reader) {
    String left = Text.strip(a);
    String right = Text.strip(b);
    var first = reader.read(left);
    var second = reader.read(right);
    return (first.isPresent() || second.isPresent()) ? first.equals(second) : left.equals(right);
  }

  private static Optional<LocalDate> date(String text) {
    return moment(text, "u-M-d", LocalDate::from);
  }

  private static Optional<LocalDateTime> time(String text) {
    return moment(text, "u-M-d H:m:s", LocalDateTime::from);
  }

  private static Optional<MonthDay> monthDay(String text) {
    return date(text).map(MonthDay::from).or(() -> moment(text, "M-d", MonthDay::from));
  }

  private static <T> Optional<T> moment(String text, String pattern, TemporalQuery<T> query) {
    try {
      return Optional.of(
          DateTimeFormatter.ofPattern(pattern, Locale.ROOT)
              .withResolverStyle(ResolverStyle.STRICT)
              .parse(text, query));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** A scene's devices by name, names without case; empty when it is no list of devices. */
  private static Optional<List<String>> devices(JsonNode value) {
    Optional<JsonNode> list =
        value.isString()
            ? CallParser.parseLiteral(value.stringValue(), CallSyntax.TOLERANT)
            : Optional.of(value);
    if (!(list.orElse(value) instanceof ArrayNode elements)) {
      return Optional.empty();
    }
    List<String> devices = new ArrayList<>();
    for (JsonNode element : elements.values()) {
      if (!(element instanceof ObjectNode device)) {
        return Optional.empty();
      }
      ObjectNode plain = device.deepCopy();
      plain.put("name", lower(PythonText.str(device.path("name"))));
      plain.put("description", Text.strip(PythonText.str(device.path("description"))));
      devices.add(Json.canonical(plain));
    }
    return Optional.of(devices.stream().sorted().toList());
  }

  private static Map<String, Map<String, Form>> forms() {
    Map<String, Map<String, Form>> forms = new HashMap<>();
    for (String what : List.of("Add", "Modify", "Query")) {
      forms.put(what + "Agenda", Map.of("content", Form.OVERLAPPING));
      forms.put(what + "Meeting", Map.of("meeting_topic", Form.OVERLAPPING));
      forms.put(what + "Reminder", Map.of("content", Form.OVERLAPPING_ANY_CASE));
    }
    for (String what : List.of("Add", "Modify", "Query", "Delete")) {
      forms.put(what + "Scene", Map.of("name", Form.LOWER_CASE, "devices", Form.DEVICES));
    }
    for (String api : List.of("TimedSwitch", "CancelTimedSwitch")) {
      forms.put(api, Map.of("name", Form.LOWER_CASE, "time", Form.TIME));
    }
    for (String api : List.of("EmergencyKnowledge", "SymptomSearch")) {
      forms.put(api, Map.of("symptom", Form.LOWER_CASE));
    }
    forms.put(
        "AppointmentRegistration",
        Map.of("patient_name", Form.TRIMMED, "date", Form.DATE, "doctor_name", Form.TRIMMED));
    forms.put("Calculator", Map.of("formula", Form.WITHOUT_BLANKS));
    forms.put("CancelRegistration", Map.of("appointment_id", Form.TRIMMED));
    forms.put("DocumentQA", Map.of("url", Form.TRIMMED, "question", Form.TRIMMED));
    forms.put(
        "ModifyRegistration",
        Map.of(
            "appointment_id", Form.TRIMMED,
            "new_appointment_date", Form.DATE,
            "new_appointment_doctor", Form.TRIMMED));
    forms.put("QueryBalance", Map.of("token", Form.TRIMMED));
    forms.put(
        "QueryHealthData",
        Map.of("user_id", Form.UPPER_CASE, "start_time", Form.TIME, "end_time", Form.TIME));
    forms.put("QueryHistoryToday", Map.of("date", Form.MONTH_DAY));
    forms.put("QueryRegistration", Map.of("patient_name", Form.TRIMMED, "date", Form.DATE));
    forms.put("QueryStock", Map.of("stock_code", Form.UPPER_CASE, "date", Form.DATE));
    forms.put(
        "RecordHealthData",
        Map.of("user_id", Form.UPPER_CASE, "time", Form.TIME, "health_data", Form.FREE));
    forms.put(
        "SendEmail",
        Map.of("receiver", Form.LOWER_CASE, "subject", Form.TRIMMED, "content", Form.TRIMMED));
    forms.put("Translate", Map.of("src_lang", Form.FREE));
    return Map.copyOf(forms);
  }
}
