package toolr0.pocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.base.Json;
import toolr0.base.Seed;
import toolr0.prompt.PromptBuilder;
import tools.jackson.databind.JsonNode;

class BpeTrainerTest {

  @Test
  void theMostFrequentPairIsMergedFirstAndTiesGoToTheSmallerIds() {
    var trainer = new BpeTrainer();
    trainer.add("ab ab ab cd cd ef ef");
    assertThat(trainer.train(262).texts().subList(256, 259)).containsExactly("ab", "cd", "ef");
  }

  @Test
  void theSpecialTokensAreLast() {
    var trainer = new BpeTrainer();
    trainer.add("ab ab");
    BpeVocabulary vocabulary = trainer.train(1024);
    assertThat(vocabulary.size()).isEqualTo(256 + 1 + 3);
    assertThat(vocabulary.texts().subList(257, 260))
        .containsExactly("<|endoftext|>", "<|im_start|>", "<|im_end|>");
    JsonNode added = Json.parse(vocabulary.tokenizerJson()).path("added_tokens");
    assertThat(added.get(2).path("id").asInt()).isEqualTo(259);
    assertThat(added.get(2).path("special").asBoolean()).isTrue();
  }

  @Test
  void equalPiecesFromDifferentMergesShareOneId() {
    var trainer = new BpeTrainer();
    for (int i = 0; i < 10; i++) {
      trainer.add("abq abr abs bct bcu bcv bcw abc");
    }
    trainer.add("abcx");
    List<String> texts = trainer.train(300).texts();
    assertThat(texts.subList(256, texts.size())).doesNotHaveDuplicates();
  }

  @Test
  void valuesAreCutTheSameInQuestionsAndInJson() {
    List<String> inQuestion = pieces("Take code QX-482, time 14:30 and amount 12.5.");
    List<String> inJson = pieces("{\"code\":\"QX-482\",\"time\":\"14:30\",\"amount\":12.5}");
    List<String> code = List.of("QX", "-", "48", "2");
    List<String> time = List.of("14", ":", "30");
    List<String> amount = List.of("12", ".", "5");
    for (List<String> value : List.of(code, time, amount)) {
      assertThat(inQuestion).containsSequence(value);
      assertThat(inJson).containsSequence(value);
    }
  }

  @Test
  void aTagIsOnePieceAndMarksDoNotSwallowIt() {
    assertThat(pieces("done.</question>\n<available_tools>[{\"name\":\"a_b\"}]</available_tools>"))
        .containsExactly(
            "done",
            ".",
            "</question>",
            "\n",
            "<available_tools>",
            "[{\"",
            "name",
            "\":\"",
            "a",
            "_",
            "b",
            "\"}]",
            "</available_tools>");
  }

  @Test
  void everyTextIsCutWithoutLoss() {
    for (String text : List.of("a < b <x> </ y> <|im_end|>", "é漢字 🎉\t\n x", "", "1.5e-3 \"q\"")) {
      assertThat(String.join("", pieces(text))).isEqualTo(text);
    }
  }

  @Test
  void thePocketVocabularyIsFullAndComesFromTheSeedAlone(@TempDir Path directory) throws Exception {
    BpeVocabulary vocabulary = vocabulary();
    assertThat(vocabulary.size()).isEqualTo(1024);
    assertThat(vocabulary.tokenizerJson()).isEqualTo(vocabulary().tokenizerJson());
    assertThat(vocabulary.texts().subList(256, 1024))
        .contains("<tool_call_answer>", "</available_tools>", "\":{\"", "description", "parameters")
        .doesNotHaveDuplicates();
    vocabulary.write(directory, 1024);
    JsonNode json = Json.parse(Files.readString(directory.resolve("tokenizer.json")));
    assertThat(json.path("model").path("vocab").size()).isEqualTo(1021);
    assertThat(
            Json.parse(Files.readString(directory.resolve("tokenizer_config.json")))
                .path("chat_template")
                .asString())
        .contains("<|im_start|>");
  }

  @Test
  void aVocabularyWithoutRoomForTheBytesIsRefused() {
    assertThatThrownBy(() -> new BpeTrainer().train(200))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("200");
  }

  private static BpeVocabulary vocabulary() {
    return new PocketCorpus(
            PocketLexicon.load(), PromptBuilder.of(PromptBuilder.BRIEF), Imperfections.standard())
        .vocabulary(new Seed(1), 3000, 1024);
  }

  private static List<String> pieces(String text) {
    return Pattern.compile(BpeTrainer.PIECES, Pattern.UNICODE_CHARACTER_CLASS)
        .matcher(text)
        .results()
        .map(m -> m.group())
        .toList();
  }
}
