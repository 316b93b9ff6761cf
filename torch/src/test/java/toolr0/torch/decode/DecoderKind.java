package toolr0.torch.decode;

import toolr0.torch.model.Transformer;

/** The ways to decode on the CPU; elsewhere there is one. */
public enum DecoderKind {
  /** The one that is chosen for the model's device. */
  CHOSEN,
  /** Through libtorch, wherever the model is. */
  TENSORS;

  public Decoder of(Transformer model, int threads) {
    return this == CHOSEN ? Decoder.of(model, threads) : new TensorDecoder(model);
  }
}
