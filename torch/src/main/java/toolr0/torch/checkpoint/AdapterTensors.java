package toolr0.torch.checkpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import toolr0.policy.LoraSpec;
import toolr0.torch.checkpoint.ModelTensors.Spec;

/**
 * Names and shapes of the low-rank adapters of a model, as PEFT has them. This is the one place
 * that knows the names.
 *
 * @param linears the linear layers that have an adapter, from the first layer to the last
 */
public record AdapterTensors(List<Linear> linears) {
  private static final String PREFIX = "base_model.model.";

  /**
   * The adapter of a linear layer.
   *
   * @param a [r, in]
   * @param b [out, r]
   */
  public record Linear(Spec a, Spec b) {

    /** Values of both. */
    public long elements() {
      return a.elements() + b.elements();
    }
  }

  public AdapterTensors {
    linears = List.copyOf(linears);
  }

  /** The adapters that a model gets. */
  public static AdapterTensors of(ModelConfig model, LoraSpec lora) {
    List<Linear> linears = new ArrayList<>();
    for (ModelTensors.Layer layer : model.tensors().layers()) {
      for (ModelTensors.Linear linear : layer.linears()) {
        if (lora.targetModules().contains(linear.module())) {
          List<Long> shape = linear.weight().shape();
          linears.add(
              new Linear(
                  Spec.of(nameOfA(linear.path()), lora.r(), shape.getLast()),
                  Spec.of(nameOfB(linear.path()), shape.getFirst(), lora.r())));
        }
      }
    }
    return new AdapterTensors(linears);
  }

  /**
   * The name of the tensor that the inputs meet first.
   *
   * @param path of the linear layer in the model, for example {@code
   *     model.layers.0.self_attn.q_proj}
   */
  public static String nameOfA(String path) {
    return PREFIX + path + ".lora_A.weight";
  }

  /** The name of the tensor that gives the outputs; see {@link #nameOfA}. */
  public static String nameOfB(String path) {
    return PREFIX + path + ".lora_B.weight";
  }

  /** Values of all adapters. */
  public long elements() {
    return linears.stream().mapToLong(Linear::elements).sum();
  }

  /** Every tensor with its shape, in the model's order. */
  Map<String, List<Long>> shapes() {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (Linear linear : linears) {
      shapes.put(linear.a().name(), linear.a().shape());
      shapes.put(linear.b().name(), linear.b().shape());
    }
    return Collections.unmodifiableMap(shapes);
  }
}
