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

  /** A JSON list inside 10,000 others. */
  static final String DEEP = "[".repeat(10_000) + "]".repeat(10_000);

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

  static final Map<String, String> API_BANK =
      Map.of(
          "derived_api_descriptions.json",
          """
        [{"name":"AddMeeting","description":"Books a room.","input_parameters":{
            "token":{"type":"str","description":"Who asks."},
            "meeting_topic":{"type":"str","description":"What about."},
            "attendees":{"type":"list(str)","description":"Who comes."}},"output_parameters":{}},
         {"name":"BookHotel","description":"Books rooms.","input_parameters":{
            "hotel_name":{"type":"str","description":"Which."},
            "room_count":{"type":"int","description":"How many."}},"output_parameters":{}},
         {"name":"QueryStock","description":"A price.","input_parameters":{
            "stock_code":{"type":"str","description":"Which."},
            "date":{"type":"str","description":"When."}},"output_parameters":{}},
         {"name":"ForgotPassword","description":"Two steps.","input_parameters":{
            "status":{"type":"str","description":"Which step."},
            "email":{"type":"str","description":"Only needed for the first call."}},"output_parameters":{}},
         {"name":"AddScene","description":"A scene.","input_parameters":{
            "name":{"type":"str","description":"Its name."},
            "devices":{"type":"list","description":"Its devices."}},"output_parameters":{}},
         {"name":"ToolSearcher","description":"Finds tools.","input_parameters":{
            "keywords":{"type":"str","description":"What for."}},"output_parameters":{}}]
        """,
          "lv1-lv2-samples/level-1-given-desc/Rooms-1.jsonl",
          """
        {"role":"User","text":"Room for Ada and Bo, please."}
        {"role":"AI","text":"Which token?"}
        {"role":"User","text":"t1"}
        {"role":"API","api_name":"AddMeeting","param_dict":{"token":"t1","meeting_topic":"Plan the new garden","attendees":"['Ada', 'Bo']"},"result":{"input":{},"output":"success","exception":null}}
        {"role":"AI","text":"Booked."}
        {"role":"User","text":"Room for Ada and Bo, please."}
        {"role":"API","api_name":"BookHotel","param_dict":{"hotel_name":"Elm","room_count":"2"},"result":{"input":{},"output":null,"exception":"full"}}
        {"role":"AI","text":"It is full."}
        {"role":"API","api_name":"BookHotel","param_dict":{"hotel_name":"Oak","rooms":"2"},"result":{"input":{},"output":"7","exception":null}}
        """,
          "lv1-lv2-samples/level-2-toolsearcher/Stock-1.jsonl",
          """
        {"role":"User","text":"Price of ABC on 5 March?"}
        {"role":"API","api_name":"ToolSearcher","param_dict":{"keywords":"stock price"},"result":{"input":{},"output":{"name":"QueryStock"},"exception":null}}
        {"role":"API","api_name":"QueryStock","param_dict":{"stock_code":"ABC","date":"2023-03-05"},"result":{"input":{},"output":1.5,"exception":null}}
        {"role":"API","api_name":"BookHotel","param_dict":{"hotel_name":"Elm","room_count":"1"},"result":{"input":{},"output":"1","exception":null}}
        """);

  static final Map<String, String> SNIPS =
      Map.of(
          "derived_slot_inventory.json",
          """
        {"RateBook":{"slots":{"object_name":{"examples":["Elm Street"]},
                              "rating_value":{"examples":["two","3"]},
                              "object_part_of_series_type":{"examples":["saga"]}}},
         "PlayMusic":{"slots":{"artist":{"examples":["The Larks"]},"timeRange":{"examples":["now"]}}}}
        """,
          "validate_RateBook.json",
          """
        {"RateBook":[
          {"data":[{"text":"Give "},{"text":"The  Tall Elm ","entity":"object_name"},{"text":" a "},{"text":"two","entity":"rating_value"}]},
          {"data":[{"text":"Give "},{"text":"The  Tall Elm ","entity":"object_name"},{"text":" a "},{"text":"two","entity":"rating_value"}]},
          {"data":[{"text":"3","entity":"rating_value"},{"text":"4","entity":"rating_value"}]},
          {"words":[]},
          {"data":[{"text":"six","entity":"best_rating"}]}]}
        """,
          "validate_PlayMusic.json",
          """
        {"PlayMusic":[{"data":[{"text":"Play "},{"text":"The Larks","entity":"artist"}]}]}
        """);

  private static final String NESTFUL_TOOLS =
      """
        [{"name":"find_rate","description":"A rate","query_parameters":{
            "from":{"type":"String","description":"Which.","required":true},
            "kind":{"type":"Enum","allowed_values":["spot","fixed"],"default":"spot"}},
          "output_parameters":{"Exchange Rate":{"type":"Number"},"place":{"type":"object","properties":{"name":{"type":"string"}}}}},
         {"name":"compute","description":"Sums up.","parameters":{"what":{"description":"A formula."}},
          "output_parameters":{"answer":{"type":"number"}}},
         {"name":"compute","description":"Sums up more.","parameters":{"what":{"description":"A formula."},"digits":{"type":"integer"}},
          "output_parameters":{"answer":{"type":"number"}}}]
        """;

  private static final String NESTFUL_DATA =
      """
          [{"input":"One price.","output":[{"name":"compute","arguments":{"what":"$100-$500"},"label":"var1"}]},
           {"input":"Same label twice.","output":[
              {"name":"find_rate","arguments":{"from":"A"},"label":"var1"},
              {"name":"find_rate","arguments":{"from":"$var1.place.name$"},"label":"var1"},
              {"name":"compute","arguments":{"what":"$var1.place.name$"},"label":"var2"}]}]
          """;

  static final Map<String, String> NESTFUL =
      Map.of(
          "data_v1/executable/executable-spec.json",
          NESTFUL_TOOLS,
          "data_v1/executable/executable-data.json",
          """
        [{"input":"Ten in local money?","output":[
            {"name":"find_rate","arguments":{"from":"EUR"},"label":"var1"},
            {"name":"compute","arguments":{"what":"10 * $var1.Exchange Rate$","digits":2},"label":"var2"},
            {"name":"var_result","arguments":{"sum":"$var2.answer$"}}]},
         {"input":"Misprinted.","output":[
            {"name":"find_rate","arguments":{"from":"EUR"},"label":"var1"},
            {"name":"compute","arguments":{"what":"var1.place.name$"},"label":"var2"}]},
         {"input":"Not listed.","output":[
            {"name":"find_rate","arguments":{"from":"EUR"},"label":"var1"},
            {"name":"compute","arguments":{"what":"$var1.date$"},"label":"var2"}]},
         {"input":"Unknown tool.","output":[{"name":"guess","arguments":{},"label":"var1"}]},
         {"input":"Nothing.","output":[{"name":"var_result","arguments":{}}]}]
        """,
          "data_v1/non-executable/non-executable-glaive-spec.json",
          NESTFUL_TOOLS,
          "data_v1/non-executable/non-executable-glaive-data.json",
          NESTFUL_DATA,
          "data_v1/non-executable/non-executable-sgd-spec.json",
          NESTFUL_TOOLS,
          "data_v1/non-executable/non-executable-sgd-data.json",
          NESTFUL_DATA,
          "data_v2/nestful_dev.jsonl",
          """
        {"sample_id":"s1","input":"Twice.","tools":[{"name":"add","description":"Adds.","parameters":{"a":{"description":"First.","type":"int or float"},"b":{"description":"An optional second."},"c":{"type":["integer","string"],"description":"x"},"d":{"type":"list of float","description":"y"}},"output_parameters":{"result":{"type":"int"}}}],"output":[{"name":"add","label":"$var_1","arguments":{"a":1,"d":["$var_0.x$"]}},{"name":"add","label":"$var_2","arguments":{"a":"$var_1.result$","d":["$var_1.result$"]}}],"gold_answer":2}
        {"sample_id":"s2","input":"As text.","tools":"[{\\"name\\":\\"add\\",\\"parameters\\":{}}]","output":"[{\\"name\\":\\"add\\",\\"label\\":\\"$var1\\",\\"arguments\\":{}}]"}
        """);

  static final Map<String, String> TOOL_TALK =
      Map.of(
          "derived_tools.json",
          """
        [{"name":"FindNotes","description":"Finds notes.","parameters":{"text":{"type":"string","description":"What.","required":false}},"is_action":false},
         {"name":"SendNote","description":"Sends a note.","parameters":{
            "to":{"type":"array","items":{"type":"string"},"description":"To whom.","required":true},
            "text":{"type":"string","description":"What.","required":true}},"is_action":true},
         {"name":"DropNote","description":"Drops a note.","parameters":{"note_id":{"type":"string","description":"Which.","required":true}},"is_action":true}]
        """,
          "easy/Send.json",
          """
        {"metadata":{"location":"Oslo","timestamp":"2023-09-11 09:00:00","username":"ada","session_token":"98a5-11"},
         "conversation":[
          {"role":"user","text":"Tell Bo that I am late."},
          {"role":"assistant","text":"Told.","apis":[{"request":{"api_name":"SendNote","parameters":{"session_token":"98a5-11","to":["Bo"],"text":"I am late"}},"response":{"status":"sent"},"exception":null}]},
          {"role":"user","text":"Thanks."},
          {"role":"assistant","text":"Welcome."}]}
        """,
          "tooltalk/Drop.json",
          """
        {"metadata":{"location":"Oslo","timestamp":"2023-09-11 09:00:00"},
         "conversation":[
          {"role":"user","text":"Drop my note on milk."},
          {"role":"assistant","text":"Dropped.","apis":[
            {"request":{"api_name":"FindNotes","parameters":{"session_token":"98a5-11","text":"milk"}},"response":{"notes":[{"note_id":"n-77"}]},"exception":null},
            {"request":{"api_name":"DropNote","parameters":{"session_token":"98a5-11","note_id":"n-77"}},"response":null,"exception":"locked"}]},
          {"role":"user","text":"Again."},
          {"role":"assistant","text":"Done.","apis":[
            {"request":{"api_name":"DropNote","parameters":{"session_token":"98a5-11","note_id":"n-77"}},"response":{"status":"ok"},"exception":null}]}]}
        """);

  static Path write(Path folder, Map<String, String> files) {
    files.forEach((name, text) -> write(folder.resolve(name), text));
    return folder;
  }

  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.resolveSibling(""));
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
