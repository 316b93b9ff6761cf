package toolr0.torch.model;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.policy.Device;
import toolr0.torch.model.ParameterLayout.Slot;
import toolr0.torch.tensor.Owned;
import toolr0.torch.tensor.Tensors;

/** What a model's parameters lie in: one flat buffer, or for frozen ones a tensor for each. */
final class ParameterMemory implements AutoCloseable {

  private final Owned owned = new Owned();
  private final Map<Long, Tensor> tensorAtOffset = new HashMap<>();
  private final Set<Long> inFile = new HashSet<>();
  private final Optional<Tensor> flat;

  private ParameterMemory(Optional<Tensor> flat) {
    this.flat = flat.map(owned::keep);
  }

  /** A view per parameter of a buffer of {@link ParameterLayout#length} values. */
  static ParameterMemory flat(ParameterLayout layout, Tensor values) {
    ParameterMemory memory = new ParameterMemory(Optional.of(values));
    for (Slot slot : layout.slots()) {
      memory.keep(slot, slot.in(values));
    }
    return memory;
  }

  /**
   * Matrices in bf16, and room for norms and biases.
   *
   * @param vectorType of norms and biases
   * @param file the values of a matrix where a file that stays open has them as the model reads
   *     them; for the others there is room here
   */
  static ParameterMemory frozen(
      ParameterLayout layout,
      Device device,
      ScalarType vectorType,
      Function<Slot, Optional<Tensor>> file) {
    ParameterMemory memory = new ParameterMemory(Optional.empty());
    try {
      for (Slot slot : layout.slots()) {
        if (slot.offset() >= layout.matrixLength()) {
          memory.keep(slot, Tensors.empty(device, vectorType, slot.shape()));
          continue;
        }
        Optional<Tensor> there = file.apply(slot);
        if (there.isPresent()) {
          memory.inFile.add(slot.offset());
        }
        memory.keep(
            slot, there.orElseGet(() -> Tensors.empty(device, ScalarType.BFloat16, slot.shape())));
      }
      return memory;
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  private void keep(Slot slot, Tensor tensor) {
    tensorAtOffset.put(slot.offset(), owned.keep(tensor));
  }

  /** The whole buffer, where there is one. */
  Optional<Tensor> flat() {
    return flat;
  }

  /** A parameter in its shape. */
  Tensor of(Slot slot) {
    Tensor tensor = tensorAtOffset.get(slot.offset());
    if (tensor == null) {
      throw new IllegalArgumentException("no parameter begins at " + slot.offset());
    }
    return tensor;
  }

  /** Whether a parameter has its values from a file already. */
  boolean isInFile(Slot slot) {
    return inFile.contains(slot.offset());
  }

  /** Whether any has. */
  boolean usesFile() {
    return !inFile.isEmpty();
  }

  @Override
  public void close() {
    owned.close();
  }
}
