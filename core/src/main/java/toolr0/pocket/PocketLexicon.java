package toolr0.pocket;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import toolr0.base.Seed;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The words of the pocket world: domains with their verbs, nouns and parameters, and the pieces
 * that values are put together from. A fixed part of all tool names, parameter sets and values is
 * reserved for the benchmark. Of the names it is every fifth pair of verb and noun, so that each
 * verb and each noun has both sorts; of the rest a hash of the text decides.
 */
public final class PocketLexicon {
  private static final int NAME_SHARE = 5;
  private static final int PARAMETER_SET_SHARE = 5;
  private static final int VALUE_SHARE = 6;

  /**
   * A parameter that tools may have.
   *
   * @param cue a preposition that stands before its value and before no other parameter's, empty
   *     when there is none
   */
  record Word(String name, ValueKind kind, Optional<String> cue) {}

  /** A domain's words. */
  record Domain(String name, List<String> verbs, List<String> nouns, List<Word> parameters) {
    Domain {
      verbs = List.copyOf(verbs);
      nouns = List.copyOf(nouns);
      parameters = List.copyOf(parameters);
    }
  }

  private final Map<String, Domain> domains;
  private final Map<String, Word> parameters;
  private final Set<String> reservedNames;
  private final List<String> syllables;
  private final List<String> placeEndings;

  private PocketLexicon(JsonNode root) {
    var words = new LinkedHashMap<String, Word>();
    for (var entry : root.path("parameters").properties()) {
      JsonNode node = entry.getValue();
      words.put(
          entry.getKey(),
          new Word(
              entry.getKey(),
              ValueKind.valueOf(node.path("kind").asString()),
              Optional.of(node.path("cue").asString("")).filter(c -> !c.isEmpty())));
    }
    var all = new LinkedHashMap<String, Domain>();
    for (var entry : root.path("domains").properties()) {
      JsonNode node = entry.getValue();
      var own = new ArrayList<Word>();
      for (String name : texts(node.path("parameters"))) {
        own.add(Optional.ofNullable(words.get(name)).orElseThrow());
      }
      all.put(
          entry.getKey(),
          new Domain(entry.getKey(), texts(node.path("verbs")), texts(node.path("nouns")), own));
    }
    this.parameters = words;
    this.domains = all;
    this.reservedNames = reservedNames(all.values());
    this.syllables = List.copyOf(texts(root.path("syllables")));
    this.placeEndings = List.copyOf(texts(root.path("placeEndings")));
  }

  /** The built-in lexicon. */
  public static PocketLexicon load() {
    try (InputStream in = PocketLexicon.class.getResourceAsStream("lexicon.json")) {
      if (in == null) {
        throw new IllegalStateException("lexicon.json is missing from the class path");
      }
      return new PocketLexicon(new JsonMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException("lexicon.json", e);
    }
  }

  /** The names of the domains, in a fixed order. */
  public List<String> domains() {
    return List.copyOf(domains.keySet());
  }

  /** Whether a tool of that name occurs in the benchmark only. */
  public boolean reservedName(String toolName) {
    return reservedNames.contains(toolName);
  }

  /** Whether tools with exactly these parameters occur in the benchmark only. */
  public boolean reservedParameters(Collection<String> parameterNames) {
    return reserved(
        "parameters", String.join(",", new TreeSet<>(parameterNames)), PARAMETER_SET_SHARE);
  }

  /** Whether a value of that text occurs in the benchmark only. */
  public boolean reservedValue(String text) {
    return reserved("value", text, VALUE_SHARE);
  }

  /**
   * The words of a domain.
   *
   * @throws IllegalArgumentException when there is no such domain
   */
  Domain domain(String name) {
    Domain domain = domains.get(name);
    if (domain == null) {
      throw new IllegalArgumentException(
          "the pocket world has no domain \"" + name + "\"; it has " + domains.keySet());
    }
    return domain;
  }

  /** The parameter of that name. */
  Word parameter(String name) {
    return Optional.ofNullable(parameters.get(name)).orElseThrow();
  }

  /** A value of a kind, from the reserved part or from the rest. */
  String value(Dice dice, ValueKind kind, boolean reserved) {
    while (true) {
      String text = kind.draw(dice, this);
      if (reservedValue(text) == reserved) {
        return text;
      }
    }
  }

  List<String> syllables() {
    return syllables;
  }

  List<String> placeEndings() {
    return placeEndings;
  }

  private static Set<String> reservedNames(Collection<Domain> domains) {
    var names = new HashSet<String>();
    for (Domain domain : domains) {
      for (int v = 0; v < domain.verbs().size(); v++) {
        for (int n = 0; n < domain.nouns().size(); n++) {
          if ((v + 2 * n) % NAME_SHARE == 0) {
            names.add(domain.verbs().get(v) + "_" + domain.nouns().get(n));
          }
        }
      }
    }
    return Set.copyOf(names);
  }

  private static boolean reserved(String what, String text, int share) {
    return Math.floorMod(new Seed(0).derive(what).derive(text).value(), share) == 0;
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(n -> texts.add(n.asString()));
    return texts;
  }
}
