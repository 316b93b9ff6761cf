package toolr0.torch.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Several prompts with their completions, laid end to end without padding: prompt, completion 1,
 * ..., completion G, next prompt, ... Every completion of a group attends to the one copy of its
 * prompt and to itself.
 *
 * <p>A completion's last token is never an input, it is only predicted.
 *
 * @param tokensN input ids
 * @param positionsN position of each token in its own conversation
 * @param groups the groups in order
 * @param targetRowsM the row of the input whose output predicts each completion token, completion
 *     after completion
 * @param targetIdsM the predicted ids
 */
public record PackedBatch(
    long[] tokensN, long[] positionsN, List<Span> groups, long[] targetRowsM, long[] targetIdsM) {

  /**
   * The rows of one group.
   *
   * @param prompt number of prompt rows
   * @param completions number of rows of each completion (one less than its tokens)
   */
  public record Span(int prompt, int[] completions) {}

  /** One prompt and the completions to be predicted after it. */
  public record Entry(int[] prompt, List<int[]> completions) {

    /** Rows that this entry takes. */
    public int rows() {
      return prompt.length + completions.stream().mapToInt(c -> c.length - 1).sum();
    }
  }

  /** Packs entries; every prompt and every completion has at least one token. */
  public static PackedBatch of(List<Entry> entries) {
    int rows = entries.stream().mapToInt(Entry::rows).sum();
    int targets =
        entries.stream().flatMap(e -> e.completions().stream()).mapToInt(c -> c.length).sum();
    long[] tokensN = new long[rows];
    long[] positionsN = new long[rows];
    long[] targetRowsM = new long[targets];
    long[] targetIdsM = new long[targets];
    List<Span> groups = new ArrayList<>();
    int row = 0;
    int target = 0;
    for (Entry entry : entries) {
      int[] prompt = entry.prompt();
      for (int i = 0; i < prompt.length; i++) {
        tokensN[row] = prompt[i];
        positionsN[row++] = i;
      }
      int lastOfPrompt = row - 1;
      int[] lengths = new int[entry.completions().size()];
      for (int g = 0; g < lengths.length; g++) {
        int[] completion = entry.completions().get(g);
        lengths[g] = completion.length - 1;
        for (int i = 0; i < completion.length; i++) {
          targetRowsM[target] = i == 0 ? lastOfPrompt : row - 1;
          targetIdsM[target++] = completion[i];
          if (i < completion.length - 1) {
            tokensN[row] = completion[i];
            positionsN[row++] = (long) prompt.length + i;
          }
        }
      }
      groups.add(new Span(prompt.length, lengths));
    }
    return new PackedBatch(tokensN, positionsN, List.copyOf(groups), targetRowsM, targetIdsM);
  }

  /** Number of rows N. */
  public int rows() {
    return tokensN.length;
  }
}
