package toolr0.eval.bfcl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import toolr0.base.Json;
import tools.jackson.databind.node.ObjectNode;

/** A small valid set in the leaderboard's format, with every type of each language. */
final class BfclFixtures {
  private static final String RENT =
      """
      {"name":"rent.find","description":"Finds rooms.","parameters":{"type":"dict","properties":{
         "city":{"type":"string","description":"Where.","enum":["Ulm","Bern"]},
         "days":{"type":"integer","description":"How long.","default":1},
         "price":{"type":"float"},
         "quiet":{"type":"boolean"},
         "span":{"type":"tuple","items":{"type":"integer"}},
         "tags":{"type":"array","items":{"type":"string"}},
         "guests":{"type":"array","items":{"type":"dict","properties":{"name":{"type":"string"},"age":{"type":"integer"}}}},
         "host":{"type":"dict","properties":{"name":{"type":"string"},"stars":{"type":"float"}}},
         "note":{"type":"any"}},"required":["city","days"]}}""";
  private static final String RENT_ANSWER =
      """
      {"rent.find":{"city":["Ulm"],"days":[2,3],"price":[9.5,""],"quiet":[true,""],"span":[[1,2],""],
         "tags":[["by the sea"],["sea"],""],"guests":[[{"name":["Ada"],"age":[36,""]}],""],
         "host":[{"name":["Bo","B."],"stars":[4.5]},""],"note":["pets, two",""]}}""";
  private static final String SING =
      """
      {"name":"sing","description":"Sings.","parameters":{"type":"dict","properties":{
         "song":{"type":"string"},"times":{"type":"integer"}},"required":["song"]}}""";

  private BfclFixtures() {}

  /**
   * A record.
   *
   * @param functions as a JSON list
   * @param answers as a JSON list; empty where the category has none
   */
  record Sample(BfclCategory category, String functions, String answers) {}

  static final List<Sample> SAMPLES =
      List.of(
          new Sample(BfclCategory.SIMPLE_PYTHON, "[" + RENT + "]", "[" + RENT_ANSWER + "]"),
          new Sample(
              BfclCategory.SIMPLE_JAVA,
              """
              [{"name":"Store.put","description":"Stores.","parameters":{"type":"dict","properties":{
                 "count":{"type":"integer","description":"How many."},"size":{"type":"long"},
                 "rate":{"type":"float"},"ratio":{"type":"double"},"open":{"type":"boolean"},
                 "mark":{"type":"char"},"name":{"type":"String"},"owner":{"type":"any"},
                 "codes":{"type":"Array","items":{"type":"integer"}},
                 "labels":{"type":"ArrayList","items":{"type":"String"}},
                 "options":{"type":"HashMap","properties":{"k":{"type":"String"}}},
                 "set":{"type":"Set"}},"required":["count"]}}]""",
              """
              [{"Store.put":{"count":[7],"size":[12],"rate":[1.5,""],"ratio":[2.5],"open":[true],
                 "mark":["x"],"name":["box"],"owner":["this","me"],"codes":[[1,2],""],
                 "labels":[["a","b"],["c"]],"options":[{"k":["v","w"]},""],"set":["",[1]]}}]"""),
          new Sample(
              BfclCategory.SIMPLE_JAVASCRIPT,
              """
              [{"name":"draw","description":"Draws.","parameters":{"type":"dict","properties":{
                 "label":{"type":"String","description":"What."},"count":{"type":"integer"},
                 "width":{"type":"float"},"id":{"type":"Bigint"},"filled":{"type":"Boolean"},
                 "target":{"type":"any"},"points":{"type":"array","items":{"type":"float"}},
                 "rows":{"type":"array","items":{"type":"array"}},
                 "style":{"type":"dict","properties":{"color":{"type":"String"}}}},
                 "required":["label"]}}]""",
              """
              [{"draw":{"label":["star"],"count":[3],"width":[1.5,2],"id":[99,""],"filled":[false],
                 "target":["window"],"points":[[0.5,1.5],""],"rows":[[[1,2],[3,4]],""],
                 "style":[{"color":["red","blue"],"size":[4,""]},""]}}]"""),
          new Sample(BfclCategory.MULTIPLE, "[" + SING + "," + RENT + "]", "[" + RENT_ANSWER + "]"),
          new Sample(
              BfclCategory.PARALLEL,
              "[" + SING + "]",
              """
              [{"sing":{"song":["Ode"],"times":[1,""]}},{"sing":{"song":["Ode","Lied"],"times":[2]}},
               {"sing":{"song":["Air"]}}]"""),
          new Sample(
              BfclCategory.PARALLEL_MULTIPLE,
              "[" + SING + "," + RENT + "]",
              "[{\"sing\":{\"song\":[\"Air\"]}}," + RENT_ANSWER + "]"),
          new Sample(BfclCategory.IRRELEVANCE, "[" + SING + "]", ""),
          new Sample(
              BfclCategory.LIVE_SIMPLE, "[" + SING + "]", "[{\"sing\":{\"song\":[\"Air\"]}}]"),
          new Sample(
              BfclCategory.LIVE_MULTIPLE,
              "[" + SING + "," + RENT + "]",
              "[{\"rent.find\":{\"city\":[\"Bern\"],\"days\":[1]}}]"),
          new Sample(
              BfclCategory.LIVE_PARALLEL,
              "[" + SING + "]",
              "[{\"sing\":{\"song\":[\"Air\"]}},{\"sing\":{\"song\":[\"Ode\"]}}]"),
          new Sample(
              BfclCategory.LIVE_PARALLEL_MULTIPLE,
              "[" + RENT + "," + SING + "]",
              "[{\"sing\":{\"song\":[\"Air\"]}},{\"rent.find\":{\"city\":[\"Ulm\"],\"days\":[4]}}]"),
          new Sample(BfclCategory.LIVE_IRRELEVANCE, "[]", ""),
          new Sample(BfclCategory.LIVE_RELEVANCE, "[" + SING + "]", ""));

  /** The samples that have answers. */
  static List<Sample> answered() {
    return SAMPLES.stream().filter(s -> !s.answers().isEmpty()).toList();
  }

  /** The set's texts by path. */
  static Map<String, String> files() {
    Map<String, List<String>> lines = new TreeMap<>();
    for (Sample sample : SAMPLES) {
      String file = sample.category().fileName();
      String id = sample.category().wireName() + "_0";
      ObjectNode question = Json.object().put("id", id);
      question
          .putArray("question")
          .addArray()
          .addObject()
          .put("role", "user")
          .put("content", "Please do it.");
      question.set("function", Json.parse(sample.functions()));
      lines.computeIfAbsent(file, _ -> new ArrayList<>()).add(Json.compact(question));
      if (!sample.answers().isEmpty()) {
        ObjectNode answer = Json.object().put("id", id);
        answer.set("ground_truth", Json.parse(sample.answers()));
        lines
            .computeIfAbsent("possible_answer/" + file, _ -> new ArrayList<>())
            .add(Json.compact(answer));
      }
    }
    Map<String, String> files = new TreeMap<>();
    lines.forEach((file, records) -> files.put(file, String.join("\n", records)));
    return files;
  }
}
