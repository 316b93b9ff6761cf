package toolr0.pocket;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import toolr0.pocket.PocketDraft.Request;
import toolr0.task.ContextType;

/**
 * Puts requests into words. A value always stands as it is, between spaces or before a mark at the
 * end of a clause.
 */
final class PocketPhrases {
  private static final List<String> GREETINGS = List.of("Hello. ", "Hi there. ", "Good morning. ");
  private static final List<String> OPENERS =
      List.of(
          "Please ",
          "I want to ",
          "I need to ",
          "I would like to ",
          "Help me to ",
          "You have to ",
          "My boss asks me to ");
  private static final List<String> QUESTIONS = List.of("Can you ", "Could you ", "Would you ");
  private static final List<String> ARTICLES = List.of("the", "a", "my", "our", "this");
  private static final List<String> LINKS =
      List.of(", and then ", " and also ", ". After that, ", ". Then please ");
  private static final List<String> CLOSERS =
      List.of(
          " Thanks a lot.",
          " It is urgent for us.",
          " I am in a hurry.",
          " Let me know when it is done.",
          " I cannot do it now.");
  private static final List<String> AGENT_HELLO =
      List.of("Gladly, what can I do?", "Sure, how can I help?", "Yes, tell me more.");
  private static final List<String> USER_HELLO =
      List.of("Hi, I need some help.", "Hello, are you there?", "Good morning, I have a wish.");
  private static final List<String> VAGUE =
      List.of(
          "Please use a tool with some value.",
          "I want to do it with the value.",
          "Write a question with the tool here.",
          "Can you do it for me?");
  private static final int FEWEST_WORDS = 9;

  private final PocketLexicon lexicon;

  PocketPhrases(PocketLexicon lexicon) {
    this.lexicon = lexicon;
  }

  String question(ContextType context, List<Request> requests, Dice dice) {
    return switch (context) {
      case SINGLE_TURN -> padded(sentence(requests, dice), dice);
      case MULTI_TURN -> conversation(requests, dice);
    };
  }

  /** A question that asks for nothing in particular. */
  static String vague(Dice dice) {
    return dice.pick(VAGUE);
  }

  private String sentence(List<Request> requests, Dice dice) {
    boolean asks = dice.chance(0.3);
    var text = new StringBuilder(asks ? dice.pick(QUESTIONS) : dice.pick(OPENERS));
    String link = dice.pick(LINKS);
    for (int i = 0; i < requests.size(); i++) {
      if (i > 0) {
        text.append(link);
      }
      Request r = requests.get(i);
      text.append(wish(r, dice)).append(details(r.values(), dice));
    }
    boolean endsAsking = asks && (requests.size() == 1 || !link.startsWith("."));
    return text.append(endsAsking ? '?' : '.').toString();
  }

  private String conversation(List<Request> requests, Dice dice) {
    Request first = requests.getFirst();
    if (requests.size() > 1 || first.values().isEmpty() || dice.chance(0.3)) {
      return "User: "
          + dice.pick(USER_HELLO)
          + " Agent: "
          + dice.pick(AGENT_HELLO)
          + " User: "
          + sentence(requests, dice);
    }
    var names = new ArrayList<>(first.values().keySet());
    int told = dice.between(0, names.size() - 1);
    var before = new LinkedHashMap<String, String>();
    var after = new LinkedHashMap<String, String>();
    for (int i = 0; i < names.size(); i++) {
      (i < told ? before : after).put(names.get(i), first.values().get(names.get(i)));
    }
    return "User: "
        + dice.pick(OPENERS)
        + wish(first, dice)
        + details(before, dice)
        + ". Agent: "
        + dice.pick(List.of("Which ", "Sure, which ", "Please tell me the "))
        + String.join(" and ", after.keySet())
        + "? User: "
        + dice.pick(List.of("Take ", "Use ", "It is "))
        + listed(after)
        + ".";
  }

  private static String wish(Request r, Dice dice) {
    return r.verb() + " " + dice.pick(ARTICLES) + " " + r.noun();
  }

  private String details(Map<String, String> values, Dice dice) {
    var text = new StringBuilder();
    boolean listing = false;
    boolean byName = dice.chance(0.6);
    List<String> names =
        dice.chance(0.5)
            ? List.copyOf(values.keySet())
            : dice.shuffled(List.copyOf(values.keySet()));
    for (String name : names) {
      var cue = lexicon.parameter(name).cue();
      if (!byName && cue.isPresent()) {
        text.append(' ').append(cue.get());
      } else {
        text.append(listing ? " and " : " with ").append(name);
        listing = true;
      }
      text.append(' ').append(values.get(name));
    }
    return text.toString();
  }

  private static String listed(Map<String, String> values) {
    var parts = new ArrayList<String>();
    values.forEach((name, value) -> parts.add(name + " " + value));
    return String.join(" and ", parts);
  }

  private static String padded(String sentence, Dice dice) {
    boolean isShort = sentence.split(" ").length < FEWEST_WORDS;
    String text = dice.chance(0.15) ? dice.pick(GREETINGS) + sentence : sentence;
    return isShort || dice.chance(0.2) ? text + dice.pick(CLOSERS) : text;
  }
}
