package toolr0.pocket;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import toolr0.base.Seed;
import toolr0.pocket.PocketDraft.Request;
import toolr0.task.ControlSpec;
import toolr0.task.Task;
import toolr0.tool.Parameter;
import toolr0.tool.ToolSpec;

/**
 * Composes tasks of the pocket world from control specs, for the corpus or for the benchmark. Where
 * no tool fits, none of the menu deals with the thing that the question is about.
 */
public final class PocketTasks {

  /** Which part of names, parameter sets and values tasks are made of; the two share none. */
  public enum Part {
    CORPUS,
    BENCHMARK
  }

  private static final int MOST_PARAMETERS = 3;
  private static final double OPTIONAL_SHARE = 0.15;
  private static final double SAME_TOOL_SHARE = 0.15;
  private static final double LOOKALIKE_SHARE = 0.4;

  private final PocketLexicon lexicon;
  private final PocketPhrases phrases;
  private final boolean reserved;

  /** Tasks of one part of the lexicon. */
  public PocketTasks(PocketLexicon lexicon, Part part) {
    this.lexicon = lexicon;
    this.phrases = new PocketPhrases(lexicon);
    this.reserved = part == Part.BENCHMARK;
  }

  /**
   * The task that a seed makes of a control spec.
   *
   * @throws IllegalArgumentException when the domain is unknown or has fewer tools than the menu
   *     needs
   */
  public Task task(Seed seed, ControlSpec spec) {
    return draft(new Dice(seed), spec, MOST_PARAMETERS).task(lexicon);
  }

  /** The task and its parts, with at most so many parameters per tool. */
  PocketDraft draft(Dice dice, ControlSpec spec, int mostParameters) {
    PocketLexicon.Domain domain = lexicon.domain(spec.domain());
    List<Wish> wishes = dice.shuffled(wishes(domain));
    int distinct = distinctTools(dice, spec);
    List<Wish> others = new ArrayList<>(wishes.subList(distinct, wishes.size()));
    if (spec.numCalls() == 0) {
      others.removeIf(other -> other.noun().equals(wishes.getFirst().noun()));
    }
    int most = others.size() + (spec.numCalls() == 0 ? 0 : distinct);
    if (spec.numTools() < 1 || spec.numTools() > most) {
      throw new IllegalArgumentException(
          "a menu of %d tools for %d calls cannot be made in domain %s: at most %d"
              .formatted(spec.numTools(), spec.numCalls(), spec.domain(), most));
    }
    int limit = spec.numCalls() > 1 ? Math.min(2, mostParameters) : mostParameters;
    var used = new HashSet<String>();
    var requests = new ArrayList<Request>();
    for (int i = 0; i < Math.max(1, spec.numCalls()); i++) {
      Wish wish = wishes.get(i % distinct);
      ToolSpec tool =
          i < distinct ? tool(dice, domain, wish, limit) : requests.get(i % distinct).tool();
      requests.add(new Request(wish.verb(), wish.noun(), tool, values(dice, tool, used)));
    }
    String question = phrases.question(spec.contextType(), requests, dice);

    var menu = new ArrayList<ToolSpec>();
    if (spec.numCalls() > 0) {
      requests.stream().map(Request::tool).distinct().forEach(menu::add);
    }
    while (menu.size() < spec.numTools()) {
      Wish wish = distractor(dice, wishes.getFirst(), others);
      others.remove(wish);
      menu.add(tool(dice, domain, wish, mostParameters));
    }
    return new PocketDraft(spec, question, requests, dice.shuffled(menu));
  }

  /** A value of the parameter's kind, of this part. */
  String value(Dice dice, String parameter) {
    return lexicon.value(dice, lexicon.parameter(parameter).kind(), reserved);
  }

  /** The names of all tools of a domain in this part. */
  List<String> toolNames(String domain) {
    return wishes(lexicon.domain(domain)).stream().map(Wish::toolName).toList();
  }

  private record Wish(String verb, String noun) {
    String toolName() {
      return verb + "_" + noun;
    }

    boolean resembles(Wish other) {
      return verb.equals(other.verb) || noun.equals(other.noun);
    }
  }

  private List<Wish> wishes(PocketLexicon.Domain domain) {
    var wishes = new ArrayList<Wish>();
    for (String verb : domain.verbs()) {
      for (String noun : domain.nouns()) {
        Wish wish = new Wish(verb, noun);
        if (lexicon.reservedName(wish.toolName()) == reserved) {
          wishes.add(wish);
        }
      }
    }
    return wishes;
  }

  private static int distinctTools(Dice dice, ControlSpec spec) {
    int calls = Math.max(1, spec.numCalls());
    int most = spec.numCalls() == 0 ? 1 : Math.min(calls, spec.numTools());
    return most > 1 && dice.chance(SAME_TOOL_SHARE) ? most - 1 : most;
  }

  private static Wish distractor(Dice dice, Wish target, List<Wish> others) {
    if (dice.chance(LOOKALIKE_SHARE)) {
      List<Wish> alike = others.stream().filter(target::resembles).toList();
      if (!alike.isEmpty()) {
        return dice.pick(alike);
      }
    }
    return dice.pick(others);
  }

  private ToolSpec tool(Dice dice, PocketLexicon.Domain domain, Wish wish, int mostParameters) {
    List<String> names;
    do {
      int size = 1 + dice.weighted(sizeWeights(mostParameters));
      List<PocketLexicon.Word> chosen = dice.shuffled(domain.parameters()).subList(0, size);
      names =
          domain.parameters().stream()
              .filter(chosen::contains)
              .map(PocketLexicon.Word::name)
              .toList();
    } while (lexicon.reservedParameters(names) != reserved);
    boolean lastOptional = names.size() > 1 && dice.chance(OPTIONAL_SHARE);
    var parameters = new ArrayList<Parameter>();
    for (String name : names) {
      boolean required = !(lastOptional && parameters.size() == names.size() - 1);
      parameters.add(
          new Parameter(name, lexicon.parameter(name).kind().jsonType(), "", required, List.of()));
    }
    return new ToolSpec(wish.toolName(), wish.verb() + " " + wish.noun(), parameters);
  }

  private static double[] sizeWeights(int most) {
    return switch (most) {
      case 1 -> new double[] {1};
      case 2 -> new double[] {0.4, 0.6};
      default -> new double[] {0.3, 0.45, 0.25};
    };
  }

  private Map<String, String> values(Dice dice, ToolSpec tool, Set<String> used) {
    var values = new LinkedHashMap<String, String>();
    for (Parameter p : tool.parameters()) {
      if (p.required() || dice.chance(0.5)) {
        String value;
        do {
          value = value(dice, p.name());
        } while (!used.add(value));
        values.put(p.name(), value);
      }
    }
    return values;
  }
}
