package toolr0.torch.policy;

import java.util.ArrayList;
import java.util.List;
import toolr0.torch.model.PackedBatch;

/**
 * Divides the completions of a step into passes of bounded size. A prompt is repeated only where a
 * group is divided.
 */
final class MicroBatches {

  /** Where a completion of the step stands: group g of the batch, member m of the group. */
  record Member(int group, int member) {}

  /** One pass. {@code members} are in the order of the packed completions. */
  record MicroBatch(PackedBatch packed, List<Member> members) {}

  /** A group's prompt and those of its completions that take part. */
  record Part(int group, int[] prompt, List<Integer> members, List<int[]> completions) {}

  private MicroBatches() {}

  /**
   * Passes of at most {@code tokenBudget} rows, save where one completion with its prompt is
   * longer.
   */
  static List<MicroBatch> plan(List<Part> parts, int tokenBudget) {
    List<MicroBatch> planned = new ArrayList<>();
    List<PackedBatch.Entry> entries = new ArrayList<>();
    List<Member> members = new ArrayList<>();
    int rows = 0;
    for (Part part : parts) {
      List<int[]> together = new ArrayList<>();
      for (int i = 0; i < part.completions().size(); i++) {
        int[] completion = part.completions().get(i);
        int more = completion.length - 1 + (together.isEmpty() ? part.prompt().length : 0);
        if (rows > 0 && rows + more > tokenBudget) {
          addEntry(entries, part, together);
          together = new ArrayList<>();
          planned.add(new MicroBatch(PackedBatch.of(entries), List.copyOf(members)));
          entries.clear();
          members.clear();
          rows = 0;
          more = completion.length - 1 + part.prompt().length;
        }
        together.add(completion);
        members.add(new Member(part.group(), part.members().get(i)));
        rows += more;
      }
      addEntry(entries, part, together);
    }
    if (!members.isEmpty()) {
      planned.add(new MicroBatch(PackedBatch.of(entries), List.copyOf(members)));
    }
    return planned;
  }

  private static void addEntry(
      List<PackedBatch.Entry> entries, Part part, List<int[]> completions) {
    if (!completions.isEmpty()) {
      entries.add(new PackedBatch.Entry(part.prompt(), List.copyOf(completions)));
    }
  }
}
