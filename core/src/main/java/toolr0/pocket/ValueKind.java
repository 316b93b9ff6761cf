package toolr0.pocket;

import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/**
 * A kind of open-vocabulary value; its text is one word that begins and ends with a letter or a
 * digit.
 */
enum ValueKind {
  /** Two or three syllables, as "Kelmon". */
  NAME("string"),
  /** Syllables and an ending, as "Dorville". */
  PLACE("string"),
  /** Two capitals and three digits, as "QX-482". */
  CODE("string"),
  /** From 10 to 999. */
  INTEGER("integer"),
  /** From 1.1 to 99.9, the decimal never 0. */
  DECIMAL("number"),
  /** A day of 2025 to 2027, as "2026-03-14". */
  DATE("string"),
  /** From "00:00" to "23:59". */
  TIME("string");

  private final String jsonType;

  ValueKind(String jsonType) {
    this.jsonType = jsonType;
  }

  /** The JSON-schema type of such a value. */
  String jsonType() {
    return jsonType;
  }

  /** Any text of this kind, reserved or not. */
  String draw(Dice dice, PocketLexicon lexicon) {
    return switch (this) {
      case NAME -> {
        var name = new StringBuilder(capital(dice.pick(lexicon.syllables())));
        for (int more = dice.between(1, 2); more > 0; more--) {
          name.append(dice.pick(lexicon.syllables()));
        }
        yield name.toString();
      }
      case PLACE -> {
        var name = new StringBuilder(capital(dice.pick(lexicon.syllables())));
        if (dice.chance(0.7)) {
          name.append(dice.pick(lexicon.syllables()));
        }
        yield name.append(dice.pick(lexicon.placeEndings())).toString();
      }
      case CODE -> {
        String letters = "" + (char) dice.between('A', 'Z') + (char) dice.between('A', 'Z');
        yield letters + "-" + dice.between(100, 999);
      }
      case INTEGER -> Integer.toString(dice.between(10, 999));
      case DECIMAL -> dice.between(1, 99) + "." + dice.between(1, 9);
      case DATE ->
          String.format(
              Locale.ROOT,
              "%d-%02d-%02d",
              dice.between(2025, 2027),
              dice.between(1, 12),
              dice.between(1, 28));
      case TIME ->
          String.format(Locale.ROOT, "%02d:%02d", dice.between(0, 23), dice.between(0, 59));
    };
  }

  /** Sets an argument to a value of this kind with its JSON type. */
  void put(ObjectNode arguments, String parameter, String text) {
    switch (this) {
      case INTEGER -> arguments.put(parameter, Integer.parseInt(text));
      case DECIMAL -> arguments.put(parameter, Double.parseDouble(text));
      case NAME, PLACE, CODE, DATE, TIME -> arguments.put(parameter, text);
    }
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }
}
