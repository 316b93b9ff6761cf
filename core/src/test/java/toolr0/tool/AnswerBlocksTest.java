package toolr0.tool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import toolr0.tool.AnswerBlocks.Tag;
import toolr0.tool.AnswerBlocks.TagCase;

class AnswerBlocksTest {

  @Test
  void theLastClosedBlockCounts() {
    AnswerBlocks blocks =
        AnswerBlocks.of("<question>a</question> <question>\n b \n</question><question>unclosed");
    assertThat(blocks.content(Tag.QUESTION)).contains("b");
    assertThat(blocks.content(Tag.THINK)).isEmpty();
  }

  @Test
  void aBlockReachesFromTheFirstOpeningTagToTheNextClosingTag() {
    AnswerBlocks blocks = AnswerBlocks.of("<think>a<think>b</think>c</think>");
    assertThat(blocks.content(Tag.THINK)).contains("a<think>b");
  }

  @Test
  void theCaseOfTagsCountsOnlyWhereAskedFor() {
    String text = "<THINK>\u0130 a</Think>";
    assertThat(AnswerBlocks.of(text).content(Tag.THINK)).contains("\u0130 a");
    assertThat(AnswerBlocks.of(text, TagCase.EXACT).content(Tag.THINK)).isEmpty();
  }

  @Test
  void aBlankBlockIsThereButHasNoContent() {
    AnswerBlocks blocks = AnswerBlocks.of("<think> \n</think>");
    assertThat(blocks.block(Tag.THINK)).contains("");
    assertThat(blocks.content(Tag.THINK)).isEmpty();
  }
}
