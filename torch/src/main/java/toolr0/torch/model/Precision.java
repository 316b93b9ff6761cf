package toolr0.torch.model;

/**
 * The type in which linear layers compute; attention, norms, master weights and the optimizer stay
 * in fp32.
 */
public enum Precision {
  FP32,
  /**
   * Pays only where the processor has bf16 matrix instructions; elsewhere it is several times
   * slower than fp32.
   */
  BF16_LINEAR
}
