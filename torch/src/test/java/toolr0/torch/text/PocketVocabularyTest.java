package toolr0.torch.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.base.Seed;
import toolr0.chat.ChatRenderer;
import toolr0.chat.Message;
import toolr0.pocket.Imperfections;
import toolr0.pocket.Lesson;
import toolr0.pocket.PocketBenchmark;
import toolr0.pocket.PocketCorpus;
import toolr0.pocket.PocketLexicon;
import toolr0.prompt.PromptBuilder;
import toolr0.tool.CallWriter;

/** The tokenizer library reads the pocket vocabulary as it was meant. */
class PocketVocabularyTest {
  private static final PocketCorpus CORPUS =
      new PocketCorpus(
          PocketLexicon.load(), PromptBuilder.of(PromptBuilder.BRIEF), Imperfections.standard());

  @TempDir private static Path directory;
  private static HfTokenizer tokenizer;

  @BeforeAll
  static void open() throws IOException {
    CORPUS.vocabulary(new Seed(1), 2000, 1024).write(directory, 1024);
    tokenizer = HfTokenizer.open(directory);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void sizeAndSpecialTokensAreThoseWritten() {
    assertThat(tokenizer.vocabularySize()).isEqualTo(1024);
    assertThat(tokenizer.specialId("<|endoftext|>")).hasValue(1021);
    assertThat(tokenizer.specialId("<|im_start|>")).hasValue(1022);
    assertThat(tokenizer.specialId("<|im_end|>")).hasValue(1023);
  }

  @Test
  void textComesBackAsItWas() {
    for (int i = 0; i < 300; i++) {
      Lesson lesson = CORPUS.lesson(new Seed(2), i, 1);
      for (Message message : lesson.messages()) {
        assertThat(tokenizer.decode(tokenizer.encode(message.content())))
            .isEqualTo(message.content());
      }
      assertThat(tokenizer.decode(tokenizer.encode(lesson.answer()))).isEqualTo(lesson.answer());
    }
    for (String odd : List.of("é漢字 🎉", "  a\n\n\tb ", "<think", "</a_b>x<", "1e-5%&{}")) {
      assertThat(tokenizer.decode(tokenizer.encode(odd))).isEqualTo(odd);
    }
  }

  @Test
  void everyValueHasTheSameTokensInTheQuestionAndInTheCall() {
    for (PocketBenchmark.Item item : PocketBenchmark.load()) {
      List<Integer> question = ids(item.task().question());
      List<Integer> answer = ids(CallWriter.write(item.task().gold()));
      for (var call : item.task().gold()) {
        for (var value : call.arguments().values()) {
          List<Integer> alone = ids(value.asString());
          assertThat(Collections.indexOfSubList(question, alone))
              .as(value.asString())
              .isNotNegative();
          assertThat(Collections.indexOfSubList(answer, alone))
              .as(value.asString())
              .isNotNegative();
        }
      }
    }
  }

  @Test
  void promptsAndAnswersAreShort() {
    double prompts = 0;
    double answers = 0;
    int count = 0;
    for (int i = 0; i < 2000; i++) {
      Lesson lesson = CORPUS.lesson(new Seed(3), i, 1);
      if (lesson.kind() == Lesson.Kind.SOLVER) {
        for (Message message : lesson.messages()) {
          prompts += ids(message.content()).size();
        }
        answers += ids(lesson.answer()).size();
        count++;
      }
    }
    assertThat(prompts / count).isLessThan(200);
    assertThat(answers / count).isLessThan(60);
  }

  @Test
  void theTemplateWritesTurnsBetweenTheSpecialTokens() {
    int start = tokenizer.specialId("<|im_start|>").orElseThrow();
    int end = tokenizer.specialId("<|im_end|>").orElseThrow();
    ChatRenderer renderer = TemplateRenderer.open(directory, tokenizer);
    for (int i = 0; i < 500; i++) {
      Lesson lesson = CORPUS.lesson(new Seed(4), i, 1);
      List<Integer> expected = new ArrayList<>();
      for (Message message : lesson.messages()) {
        expected.add(start);
        expected.addAll(ids(message.role().wireName() + "\n" + message.content()));
        expected.add(end);
        expected.addAll(ids("\n"));
      }
      expected.add(start);
      expected.addAll(ids("assistant\n"));
      assertThat(renderer.render(lesson.messages(), true))
          .containsExactly(expected.stream().mapToInt(Integer::intValue).toArray());
    }
  }

  private static List<Integer> ids(String text) {
    return Arrays.stream(tokenizer.encode(text)).boxed().toList();
  }
}
