package toolr0.torch.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HfTokenizerTest {

  private static final JsonMapper JSON = JsonMapper.shared();

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> agreesWithTheGoldenCases() throws IOException {
    Path oracles = Path.of(System.getProperty("toolr0.oracles", "")).resolve("tokenizer");
    if (!Files.isDirectory(oracles)) {
      return Stream.of(
          dynamicTest(
              "no golden tokenizers at " + oracles,
              () -> System.out.println("missing: " + oracles)));
    }
    List<Path> styles;
    try (Stream<Path> list = Files.list(oracles)) {
      styles = list.filter(Files::isDirectory).sorted().toList();
    }
    return styles.stream()
        .map(style -> dynamicTest(style.getFileName().toString(), () -> checkStyle(style)));
  }

  private static void checkStyle(Path style) throws IOException {
    JsonNode expected = JSON.readTree(Files.readString(style.resolve("expected.json")));
    try (HfTokenizer tokenizer = HfTokenizer.open(style)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(expected.path("vocab_size").intValue());
      int plain = 0;
      for (JsonNode test : expected.path("cases").values()) {
        String text = test.path("text").stringValue();
        int[] ids = ints(test.path("ids_without_special"));
        assertThat(tokenizer.encodeWithSpecials(text)).as(text).isEqualTo(ids);
        assertThat(tokenizer.decode(ids))
            .isEqualTo(test.path("decoded_skip_special").stringValue());
        if (IntStream.of(ids).noneMatch(id -> id >= tokenizer.vocabularySize() - 3)) {
          assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids);
          plain++;
        } else {
          assertThat(IntStream.of(tokenizer.encode(text)))
              .as(text)
              .allMatch(id -> id < tokenizer.vocabularySize() - 3);
        }
      }
      assertThat(plain).isGreaterThan(10);
      for (JsonNode test : expected.path("broken_utf8").values()) {
        String decoded = test.path("decoded").stringValue("");
        assertThat(tokenizer.decode(ints(test.path("ids")))).isEqualTo(decoded);
      }
    }
  }

  private static int[] ints(JsonNode array) {
    return array.values().stream().mapToInt(JsonNode::intValue).toArray();
  }

  /**
   * With JNA the tokenizers library opens the CUDA toolkit's runtime for all to see, and libtorch
   * then calls now that one, now its own: "invalid resource handle".
   */
  @Test
  void theLibraryFindsNoCudaRuntime() {
    assertThatThrownBy(() -> Class.forName("com.sun.jna.Native"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void textThatSpellsASpecialTokenStaysText() throws IOException {
    TinyTokenizer.write(folder);
    try (HfTokenizer tokenizer = HfTokenizer.open(folder)) {
      int[] ids = tokenizer.encode("a<|im_end|>b");
      assertThat(ids).hasSize(12);
      assertThat(IntStream.of(ids)).allMatch(id -> id < TinyTokenizer.FIRST_ADDED);
      assertThat(tokenizer.decode(ids)).isEqualTo("a<|im_end|>b");
    }
  }

  @Test
  void addedTokensThatAreNotSpecialAreRecognisedAndKept() throws IOException {
    TinyTokenizer.write(folder);
    try (HfTokenizer tokenizer = HfTokenizer.open(folder)) {
      int[] ids = tokenizer.encode("<tool_call>");
      assertThat(ids).containsExactly(TinyTokenizer.TOOL_CALL);
      assertThat(tokenizer.decode(ids)).isEqualTo("<tool_call>");
    }
  }

  @Test
  void specialTokensAreFoundByNameAndLeftOutOfText() throws IOException {
    TinyTokenizer.write(folder);
    try (HfTokenizer tokenizer = HfTokenizer.open(folder)) {
      assertThat(tokenizer.specialId("<|im_end|>")).hasValue(TinyTokenizer.IM_END);
      assertThat(tokenizer.specialId("<tool_call>")).isEmpty();
      assertThat(tokenizer.specialId("a")).isEmpty();
      assertThat(tokenizer.decode(new int[] {TinyTokenizer.IM_END})).isEmpty();
      assertThat(tokenizer.vocabularySize()).isEqualTo(TinyTokenizer.SIZE);
    }
  }

  @Test
  void longTextIsNeitherCutNorPadded() throws IOException {
    TinyTokenizer.write(folder);
    String text = "0123456789".repeat(500);
    try (HfTokenizer tokenizer = HfTokenizer.open(folder)) {
      assertThat(tokenizer.encode(text)).hasSize(5000);
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }
  }

  @Test
  void everyCharacterComesBack() throws IOException {
    TinyTokenizer.write(folder);
    String text = "\u0000 \t\r\n é 你好 😀 \uFFFD \u202E <|im_";
    try (HfTokenizer tokenizer = HfTokenizer.open(folder)) {
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
      assertThat(tokenizer.encode("")).isEmpty();
      assertThat(tokenizer.decode(new int[0])).isEmpty();
      assertThat(tokenizer.decode(tokenizer.encode("x\uD83D!"))).isEqualTo("x\uFFFD!");
    }
  }

  @Test
  void aTokenizerLargerThanItsModelIsRefused() throws IOException {
    TinyTokenizer.write(folder);
    HfTokenizer.open(folder, TinyTokenizer.SIZE).close();
    assertThatThrownBy(() -> HfTokenizer.open(folder, TinyTokenizer.SIZE - 1))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining(
            "tokenizer.json: it has ids up to 259, but vocab_size in config.json is 259");
  }

  @Test
  void manyThreadsMayUseIt() throws Exception {
    TinyTokenizer.write(folder);
    try (HfTokenizer tokenizer = HfTokenizer.open(folder);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String text = "text " + i;
        answers.add(threads.submit(() -> tokenizer.decode(tokenizer.encode(text))));
      }
      for (int i = 0; i < 40; i++) {
        assertThat(answers.get(i).get()).isEqualTo("text " + i);
      }
    }
  }

  @Test
  void aMissingOrBrokenFileIsNamed() throws IOException {
    assertThatThrownBy(() -> HfTokenizer.open(folder))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("tokenizer.json")
        .hasMessageContaining("no such file");
    for (String broken :
        List.of(
            "{", "[]", "{}", "{\"model\":{\"vocab\":{}}}", "{\"model\":{\"vocab\":{\"a\":0}}}")) {
      Files.writeString(folder.resolve("tokenizer.json"), broken);
      assertThatThrownBy(() -> HfTokenizer.open(folder))
          .as(broken)
          .isInstanceOf(TokenizerException.class)
          .hasMessageContaining("tokenizer.json");
    }
  }
}
