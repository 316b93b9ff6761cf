package toolr0.eval.sets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkReader;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.Grades;
import toolr0.tool.CallParser;
import toolr0.tool.Parameter;

/** Small sets in the published formats. */
final class SetFixtures {
  private SetFixtures() {}

  static final Map<String, String> HAMMER =
      Map.of(
          "apibank_l1.json",
          """
          [{"query":[{"role":"user","content":"Book the blue room for Ada and Bo."},
                     {"role":"assistant","content":"```[{\\"name\\": \\"Rooms\\", \\"arguments\\": {}}]```"},
                     {"role":"tool","content":"['blue']"},
                     {"role":"agent","content":"It is free.\\nGenerate API Request:"}],
            "tools":[{"name":"Book","description":"Books a room.","parameters":{
                        "room":{"type":"str","description":"Which room."},
                        "guests":{"type":"list(str)","description":"Who comes."}},
                      "return":{"ok":{"type":"bool","description":""}}}],
            "answers":[{"name":"Book","arguments":{"room":"blue","guests":"['Ada', 'Bo']"}}]},
           {"query":[{"role":"user","content":"Turn it off.\\nGenerate API Request:"}],
            "tools":[{"name":"Switch","description":"","parameters":{"name":{"type":"str","description":""}}}],
            "answers":[{"name":"Switch","arguments":{"device":"12"}}]}]""",
          "apibank_l2.json",
          """
          [{"query":[{"role":"user","content":"Find a tool.\\nGenerate API Request:"}],
            "tools":[{"name":"Other","description":"","parameters":{}}],
            "answers":[{"name":"ToolSearcher","arguments":{"keywords":"find"}}]}]""",
          "sealtool.json",
          """
          [{"query":"Weigh 85 pears.",
            "tools":[{"name":"weigh","description":"Weighs fruit.","parameters":{
                        "count":{"type":"int","description":"How many.","required":true},
                        "unit":{"type":"str","description":"The unit.","default":"kg"}},
                      "required":["count"]}],
            "answers":[{"tool":"weigh","parameters":{"count":"85"}}]}]""",
          "toolalpaca.json",
          """
          [{"query":"Which fruits are there, and what is a fig?",
            "tools":[{"name":"all_get","description":"All fruits.","parameters":{}},
                     {"name":"one_get","description":"One fruit.","parameters":{
                        "name":{"type":"string","description":"","required":true},
                        "page":{"type":"integer","description":""}}},
                     {"name":"components","description":"Notes on results.","parameters":{}}],
            "answers":[{"name":"all_get","arguments":{}},
                       {"name":"one_get","arguments":{"name":"fig"}}]}]""");

  static final Map<String, String> SEAL_TOOLS =
      Map.of(
          "tool.jsonl",
          """
          {"api_name":"paint","api_description":"Finds a painting","field":"Art","parameters":{"title":{"type":"str","description":"Its title"}},"required":["title"],"responses":{"id":{"type":"str","description":"Its number"},"year":{"type":"int"}}}
          {"api_name":"lend","api_description":"Lends a thing.","field":"Art","parameters":{"thing":{"type":"str","description":"Which"},"days":{"type":"int","description":"How long","default":7}},"required":["thing"],"responses":{}}
          """,
          "candidates_in_domain.jsonl",
          """
          {"id":"in-easy-1","query":"q","candidates":["paint","lend"]}
          {"id":"in-difficult-2","query":"q","candidates":["lend","paint"]}
          """,
          "candidates_out_domain.jsonl",
          """
          {"id":"out-difficult-1","query":"q","candidates":["lend"]}
          {"id":"out-difficult-2","query":"q","candidates":["lend"]}
          {"id":"out-easy-3","query":"q","candidates":["lend"]}
          """,
          "test_in_domain.jsonl",
          """
          {"id":"in-easy-1","query":"Lend out the easel for 7 days.","calling":[{"api":"lend","parameters":{"thing":"easel","days":"7"},"responses":[]}]}
          {"id":"in-difficult-2","query":"Find the Blue Door and lend it.","calling":[{"api":"paint","parameters":{"title":"Blue Door"},"responses":["API_call_0","API_call_1"]},{"api":"lend","parameters":{"thing":"API_call_0"},"responses":[]}]}
          """,
          "test_out_domain.jsonl",
          """
          {"id":"out-difficult-1","query":"Find the Red Door.","calling":[{"api":"paint","parameters":{"title":"Red Door"},"responses":["API_call_0"]}]}
          {"id":"out-difficult-2","query":"Lend it.","calling":[{"api":"lend","parameters":{"thing":"API_call_3"},"responses":[]}]}
          {"id":"out-easy-3","query":"Lend the easel.","calling":[]}
          """);

  static final Map<String, String> NEXUS_RAVEN =
      Map.of(
          "derived_api_list.json",
          """
          [{"dataset":"lamps","name":"shine","description":"\\n    Turns a lamp on.\\n      - at once\\n    ","args_dicts":[
             {"name":"lamp","type":"str","description":"Which lamp.","default":"None","required":true},
             {"name":"level","type":"None","documented_type":"int","description":"","default":"None","required":false},
             {"name":"slow","type":"bool","description":"","default":"False","required":false},
             {"name":"tags","type":"list","description":"","default":"JSON:[]","required":false}]},
           {"dataset":"lamps","name":"dim","description":"","args_dicts":[
             {"name":"lamp","type":"str","description":"","default":"None","required":true},
             {"name":"colour","type":"str","description":"","default":"None","required":true}]}]""",
          "derived_standardized_queries.jsonl",
          """
          {"id":"lamps_0","dataset":"lamps","prompt":"Turn the hall lamp on, level 3.","python_function_name":"shine","python_args_dict":{"lamp":"hall","level":3},"context_functions":["shine","dim"]}
          {"id":"lamps_1","dataset":"lamps","prompt":"Dim the hall lamp.","python_function_name":"dim","python_args_dict":{"lamp":"hall","colour":null},"context_functions":["shine","dim"]}
          {"id":"lamps_2","dataset":"lamps","prompt":"Dim it.","python_function_name":"dim","python_args_dict":{"lamp":"hall"},"context_functions":["dim"]}
          {"id":"lamps_3","dataset":"lamps","prompt":"Burn it.","python_function_name":"burn","python_args_dict":{},"context_functions":["burn"]}
          """);

  static final Map<String, String> TOOL_ALPACA =
      Map.of(
          "eval_simulated.json",
          """
          [{"Name":"Zoo","Documentation":"{\\"paths\\":{\\"/find\\":{\\"get\\":{\\"operationId\\":\\"find\\",\\"description\\":\\"Finds animals.\\",\\"parameters\\":[{\\"name\\":\\"kind\\",\\"in\\":\\"query\\",\\"required\\":true,\\"description\\":\\"Which kind\\",\\"schema\\":{\\"type\\":\\"string\\",\\"enum\\":[\\"cat\\",\\"owl\\"]}},{\\"name\\":\\"page\\",\\"in\\":\\"query\\",\\"schema\\":{\\"type\\":\\"integer\\",\\"default\\":1}}]}},\\"/feed\\":{\\"post\\":{\\"operationId\\":\\"feed\\",\\"requestBody\\":{\\"content\\":{\\"application/json\\":{\\"schema\\":{\\"$ref\\":\\"#/components/schemas/Meal\\"}}}}}}},\\"components\\":{\\"schemas\\":{\\"Meal\\":{\\"type\\":\\"object\\",\\"required\\":[\\"animalId\\"],\\"properties\\":{\\"animalId\\":{\\"type\\":\\"integer\\"},\\"foods\\":{\\"type\\":\\"array\\",\\"items\\":{\\"type\\":\\"string\\"}}}}}}}",
            "Function_Description":{"find":"Finds animals.\\nParameters: {}\\nOutput: OK.","feed":"Feeds an animal.\\nParameters: {}\\nOutput: OK.","components":""},
            "Function_Projection":{"find":["/find","get"],"feed":["/feed","post"]},
            "Instructions":["Show owls.","Feed the first owl.","Feed owl 4, with seeds if there are any.","Ask me.","Feed it twice."],
            "Golden_Answers":[
              [{"Action":"find","Action_Input":"{\\"kind\\": \\"owl\\"}"}],
              [{"Action":"find","Action_Input":"{\\"kind\\": \\"owl\\"}"},{"Action":"feed","Action_Input":"{\\"animalId\\": ${id from find}, \\"foods\\": [${food}\\"]}"}],
              [{"Action":"feed","Action_Input":"{\\"animalId\\": \\"4\\"}"},{"Action":"[Optional]feed","Action_Input":"{\\"animalId\\": 4, \\"foods\\": [\\"seeds\\"]}"}],
              [{"Action":"getDetails","Action_Input":"{\\"Question\\": \\"Which?\\"}"}],
              [{"Action":"feed","Action_Input":"{\\"animalId\\": \\"foods\\": 1}"}]]}]""",
          "eval_real.json",
          """
          [{"Name":"Sky","Authentication":{"key":"***","tenant":"t1","spare":"***"},
            "Documentation":"no JSON",
            "Function_Description":{"sky_get":"The sky over a place.\\nParameters: {\\"key\\": \\"Required. string. Your key.\\", \\"place\\": \\"Required. string. Where.\\", \\"unit\\": \\"string. One of: [m, f]. The unit.\\", \\"layers\\": \\"Array[Object{id: string. Its id.}. ]. Which layers.\\"}\\nOutput: OK.","components":"note"},
            "Function_Projection":{"sky_get":["/sky","get"]},
            "Instructions":["How is the sky over Oslo?"],
            "Golden_Answers":[[{"Action":"sky_get","Action_Input":"{\\"key\\": \\"abc\\", \\"place\\": \\"Oslo\\"}"}]]}]""");

  static Path write(Path folder, Map<String, String> files) {
    files.forEach((name, text) -> write(folder.resolve(name), text));
    return folder;
  }

  static void write(Path file, String text) {
    try {
      Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Benchmark read(BenchmarkReader reader, Path folder, Map<String, String> files) {
    return reader.read(write(folder, files));
  }

  static BenchmarkTask task(Benchmark benchmark, String id) {
    return benchmark.tasks().stream().filter(t -> t.id().equals(id)).findFirst().orElseThrow();
  }

  static Parameter parameter(BenchmarkTask task, String tool, String name) {
    return task.task().tools().stream()
        .filter(t -> t.name().equals(tool))
        .findFirst()
        .flatMap(t -> t.parameter(name))
        .orElseThrow();
  }

  /** The grades of an answer block's content. */
  static Grades grade(BenchmarkTask task, String answer) {
    return task.grader().grade(CallParser.parse(answer));
  }
}
