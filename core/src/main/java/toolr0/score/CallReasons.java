package toolr0.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import toolr0.base.Text;
import toolr0.tool.ArgumentDifference;
import toolr0.tool.CallMatcher;
import toolr0.tool.SoftMatch;
import toolr0.tool.SoftMatchConfig;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;

/** Says call by call how predicted calls differ from gold calls. */
final class CallReasons {
  private final String part;
  private final List<ToolCall> predicted;
  private final List<ToolCall> gold;
  private final List<ToolSpec> menu;
  private final SoftMatchConfig config;
  private final List<Reason> reasons = new ArrayList<>();

  private CallReasons(
      String part,
      List<ToolCall> predicted,
      List<ToolCall> gold,
      List<ToolSpec> menu,
      SoftMatchConfig config) {
    this.part = part;
    this.predicted = predicted;
    this.gold = gold;
    this.menu = menu;
    this.config = config;
  }

  /**
   * The differences, gold call by gold call and then the predicted calls that are too many; none
   * when there is no difference.
   */
  static List<Reason> of(
      String part,
      List<ToolCall> predicted,
      List<ToolCall> gold,
      List<ToolSpec> menu,
      SoftMatchConfig config) {
    CallReasons all = new CallReasons(part, predicted, gold, menu, config);
    SoftMatch match = CallMatcher.match(predicted, gold, menu, config);
    for (int g = 0; g < gold.size(); g++) {
      OptionalInt p = match.predictedFor(g);
      if (p.isPresent()) {
        all.pair(g, p.getAsInt());
      } else {
        all.missing(g);
      }
    }
    all.surplus(match);
    return List.copyOf(all.reasons);
  }

  private void pair(int g, int p) {
    ToolCall wanted = gold.get(g);
    ToolCall given = predicted.get(p);
    if (!Text.strip(given.name()).equals(Text.strip(wanted.name()))) {
      add(
          "wrong_tool",
          Words.call("predicted", p, given)
              + " stands for "
              + Words.call("gold", g, wanted)
              + " but calls another tool; its arguments count all the same");
    }
    for (ArgumentDifference difference :
        CallMatcher.differences(given, wanted, menu, config.comparison())) {
      argument(p, given, difference);
    }
  }

  private void argument(int p, ToolCall given, ArgumentDifference difference) {
    String where = "predicted call " + (p + 1) + " (" + given.name() + "): argument \"";
    if (difference.predicted().isEmpty()) {
      add(
          "missing_argument",
          where
              + difference.key()
              + "\" is missing; gold has "
              + Words.value(difference.gold().orElseThrow()));
    } else if (difference.gold().isEmpty()) {
      add(
          "unexpected_argument",
          where
              + difference.key()
              + "\" = "
              + Words.value(difference.predicted().orElseThrow())
              + " is not in the gold call");
    } else {
      add(
          "wrong_value",
          where
              + difference.key()
              + "\" "
              + Words.difference(
                  difference.predicted().orElseThrow(), difference.gold().orElseThrow()));
    }
  }

  private void missing(int g) {
    ToolCall wanted = gold.get(g);
    List<String> names = predicted.stream().map(ToolCall::name).toList();
    String which = Words.call("gold", g, wanted);
    if (names.stream().anyMatch(n -> Text.strip(n).equals(Text.strip(wanted.name())))) {
      add(
          "missing_call",
          which + " has no counterpart: the calls of this tool are paired with other gold calls");
    } else if (predicted.size() < gold.size()) {
      add("missing_call", which + " has no counterpart: no call of this tool was predicted");
    } else {
      add(
          "wrong_tool",
          which
              + " has no counterpart: "
              + (names.isEmpty()
                  ? "nothing was predicted"
                  : "the predicted calls are of " + String.join(", ", names))
              + (config.gateByName() ? "; a wrong tool earns nothing for its arguments" : ""));
    }
  }

  private void surplus(SoftMatch match) {
    int extra = match.score().extraCalls();
    for (int p = 0; p < predicted.size(); p++) {
      if (!match.isPaired(p) && extra > 0) {
        add(
            "extra_call",
            Words.call("predicted", p, predicted.get(p)) + " has no counterpart in gold");
      }
    }
    if (extra > 0 && !gold.isEmpty()) {
      add(
          "extra_call_penalty",
          String.format(
              Locale.ROOT,
              "%s more than gold has: the accuracy is multiplied by %.3f",
              Words.count(extra, "call"),
              match.score().extraCallFactor()));
    }
  }

  private void add(String code, String text) {
    reasons.add(new Reason(part, code, text));
  }
}
