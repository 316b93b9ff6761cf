package toolr0.policy;

import java.util.List;

/** One prompt and its G completions: the unit of sampling and of training. */
public record Group(Prompt prompt, List<Completion> completionsG) {
  public Group {
    completionsG = List.copyOf(completionsG);
  }
}
