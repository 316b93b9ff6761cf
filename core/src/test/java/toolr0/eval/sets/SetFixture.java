package toolr0.eval.sets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.Grades;
import toolr0.tool.CallParser;

/** Small folders in the published layouts, with records of our own wording. */
final class SetFixture {
  /** A JSON list inside 10,000 others. */
  static final String DEEP = "[".repeat(10_000) + "]".repeat(10_000);

  private SetFixture() {}

  static void write(Path folder, String file, String text) {
    try {
      Path path = folder.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  static void delete(Path folder, String file) {
    try {
      Files.delete(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + file, e);
    }
  }

  /** The task of an id, which has to be there. */
  static BenchmarkTask task(Benchmark benchmark, String id) {
    assertThat(benchmark.tasks()).extracting(BenchmarkTask::id).contains(id);
    return benchmark.tasks().stream().filter(t -> t.id().equals(id)).findFirst().orElseThrow();
  }

  /** The grades of an answer block's content. */
  static Grades grade(BenchmarkTask task, String answer) {
    return task.grader().grade(CallParser.parse(answer));
  }

  /** An API-Bank folder with one dialogue a level. */
  static void apiBank(Path folder) {
    write(
        folder,
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
        """);
    write(
        folder,
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
        """);
    write(
        folder,
        "lv1-lv2-samples/level-2-toolsearcher/Stock-1.jsonl",
        """
        {"role":"User","text":"Price of ABC on 5 March?"}
        {"role":"API","api_name":"ToolSearcher","param_dict":{"keywords":"stock price"},"result":{"input":{},"output":{"name":"QueryStock"},"exception":null}}
        {"role":"API","api_name":"QueryStock","param_dict":{"stock_code":"ABC","date":"2023-03-05"},"result":{"input":{},"output":1.5,"exception":null}}
        {"role":"API","api_name":"BookHotel","param_dict":{"hotel_name":"Elm","room_count":"1"},"result":{"input":{},"output":"1","exception":null}}
        """);
  }

  /** A SNIPS folder with two intents. */
  static void snips(Path folder) {
    write(
        folder,
        "derived_slot_inventory.json",
        """
        {"RateBook":{"slots":{"object_name":{"examples":["Elm Street"]},
                              "rating_value":{"examples":["two","3"]},
                              "object_part_of_series_type":{"examples":["saga"]}}},
         "PlayMusic":{"slots":{"artist":{"examples":["The Larks"]},"timeRange":{"examples":["now"]}}}}
        """);
    write(
        folder,
        "validate_RateBook.json",
        """
        {"RateBook":[
          {"data":[{"text":"Give "},{"text":"The  Tall Elm ","entity":"object_name"},{"text":" a "},{"text":"two","entity":"rating_value"}]},
          {"data":[{"text":"Give "},{"text":"The  Tall Elm ","entity":"object_name"},{"text":" a "},{"text":"two","entity":"rating_value"}]},
          {"data":[{"text":"3","entity":"rating_value"},{"text":"4","entity":"rating_value"}]},
          {"words":[]},
          {"data":[{"text":"six","entity":"best_rating"}]}]}
        """);
    write(
        folder,
        "validate_PlayMusic.json",
        """
        {"PlayMusic":[{"data":[{"text":"Play "},{"text":"The Larks","entity":"artist"}]}]}
        """);
  }

  /** A NESTFUL folder with some records in each of its four parts. */
  static void nestful(Path folder) {
    String tools =
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
    write(folder, "data_v1/executable/executable-spec.json", tools);
    write(
        folder,
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
        """);
    for (String part : new String[] {"glaive", "sgd"}) {
      write(folder, "data_v1/non-executable/non-executable-%s-spec.json".formatted(part), tools);
      write(
          folder,
          "data_v1/non-executable/non-executable-%s-data.json".formatted(part),
          """
          [{"input":"One price.","output":[{"name":"compute","arguments":{"what":"$100-$500"},"label":"var1"}]},
           {"input":"Same label twice.","output":[
              {"name":"find_rate","arguments":{"from":"A"},"label":"var1"},
              {"name":"find_rate","arguments":{"from":"$var1.place.name$"},"label":"var1"},
              {"name":"compute","arguments":{"what":"$var1.place.name$"},"label":"var2"}]}]
          """);
    }
    write(
        folder,
        "data_v2/nestful_dev.jsonl",
        """
        {"sample_id":"s1","input":"Twice.","tools":[{"name":"add","description":"Adds.","parameters":{"a":{"description":"First.","type":"int or float"},"b":{"description":"An optional second."},"c":{"type":["integer","string"],"description":"x"},"d":{"type":"list of float","description":"y"}},"output_parameters":{"result":{"type":"int"}}}],"output":[{"name":"add","label":"$var_1","arguments":{"a":1,"d":["$var_0.x$"]}},{"name":"add","label":"$var_2","arguments":{"a":"$var_1.result$","d":["$var_1.result$"]}}],"gold_answer":2}
        {"sample_id":"s2","input":"As text.","tools":"[{\\"name\\":\\"add\\",\\"parameters\\":{}}]","output":"[{\\"name\\":\\"add\\",\\"label\\":\\"$var1\\",\\"arguments\\":{}}]"}
        """);
  }

  /** A ToolTalk folder with one conversation a category. */
  static void toolTalk(Path folder) {
    write(
        folder,
        "derived_tools.json",
        """
        [{"name":"FindNotes","description":"Finds notes.","parameters":{"text":{"type":"string","description":"What.","required":false}},"is_action":false},
         {"name":"SendNote","description":"Sends a note.","parameters":{
            "to":{"type":"array","items":{"type":"string"},"description":"To whom.","required":true},
            "text":{"type":"string","description":"What.","required":true}},"is_action":true},
         {"name":"DropNote","description":"Drops a note.","parameters":{"note_id":{"type":"string","description":"Which.","required":true}},"is_action":true}]
        """);
    write(
        folder,
        "easy/Send.json",
        """
        {"metadata":{"location":"Oslo","timestamp":"2023-09-11 09:00:00","username":"ada","session_token":"98a5-11"},
         "conversation":[
          {"role":"user","text":"Tell Bo that I am late."},
          {"role":"assistant","text":"Told.","apis":[{"request":{"api_name":"SendNote","parameters":{"session_token":"98a5-11","to":["Bo"],"text":"I am late"}},"response":{"status":"sent"},"exception":null}]},
          {"role":"user","text":"Thanks."},
          {"role":"assistant","text":"Welcome."}]}
        """);
    write(
        folder,
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
  }
}
