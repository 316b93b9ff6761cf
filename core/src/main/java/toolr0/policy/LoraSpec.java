package toolr0.policy;

import java.util.List;
import toolr0.base.Check;

/**
 * Low-rank adapters (Hu and others, arXiv 2106.09685; names of PEFT and TRL).
 *
 * @param r rank; 0 trains all weights instead
 * @param alpha a change counts {@code alpha / r}
 * @param dropout share of an adapter's inputs that are left out in training, in [0, 1)
 * @param targetModules linear layers that get an adapter; kept in the order of {@link #ALL_LINEAR}
 */
public record LoraSpec(int r, double alpha, double dropout, List<String> targetModules) {

  /** Every linear layer of a transformer's layers. */
  public static final List<String> ALL_LINEAR =
      List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

  /** No adapters. */
  public static final LoraSpec OFF = new LoraSpec(0, 32, 0, ALL_LINEAR);

  public LoraSpec {
    Check.atLeast("lora_r", r, 0);
    Check.positive("lora_alpha", alpha);
    Check.require(dropout >= 0 && dropout < 1, "lora_dropout", dropout, "must be in [0, 1)");
    Check.require(
        !targetModules.isEmpty() && ALL_LINEAR.containsAll(targetModules),
        "lora_target_modules",
        targetModules,
        "must be some of " + String.join(", ", ALL_LINEAR));
    targetModules = ALL_LINEAR.stream().filter(List.copyOf(targetModules)::contains).toList();
  }

  /** The same adapters, of whose inputs another share is left out in training. */
  public LoraSpec withDropout(double share) {
    return new LoraSpec(r, alpha, share, targetModules);
  }

  /** Whether adapters are trained in place of the weights. */
  public boolean enabled() {
    return r > 0;
  }

  /** What a change counts. */
  public double scale() {
    return alpha / r;
  }
}
