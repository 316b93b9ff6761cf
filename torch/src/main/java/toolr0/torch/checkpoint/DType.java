package toolr0.torch.checkpoint;

import java.util.Arrays;
import java.util.Optional;

/**
 * The element type of a tensor in a safetensors file; a constant's name is its spelling in the
 * header.
 */
public enum DType {
  F32(4, "float32"),
  BF16(2, "bfloat16"),
  F16(2, "float16"),
  I64(8, "int64"),
  I32(4, "int32"),
  U8(1, "uint8");

  private final int bytes;
  private final String torchName;

  DType(int bytes, String torchName) {
    this.bytes = bytes;
    this.torchName = torchName;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The type's name in {@code config.json}, for example {@code bfloat16}. */
  public String torchName() {
    return torchName;
  }

  /** Whether elements are floating-point numbers, as weights must be. */
  public boolean isFloat() {
    return this == F32 || this == BF16 || this == F16;
  }

  /** The type with this spelling in a safetensors header, empty when it is not supported. */
  public static Optional<DType> ofHeader(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }
}
