package toolr0.torch.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file that is on the disk, whole.
 *
 * @param path where
 * @param bytes its size
 * @param sha256 its SHA-256 in lower-case hexadecimal
 */
public record WrittenFile(Path path, long bytes, String sha256) {

  /**
   * Reads a file to find its size and checksum, for comparison with those in a manifest.
   *
   * @throws CheckpointException if it cannot be read
   */
  public static WrittenFile of(Path file) {
    MessageDigest digest = newDigest();
    long bytes = 0;
    try (InputStream input = Files.newInputStream(file)) {
      byte[] chunk = new byte[1 << 20];
      for (int count = input.read(chunk); count >= 0; count = input.read(chunk)) {
        digest.update(chunk, 0, count);
        bytes += count;
      }
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be read: " + e, e);
    }
    return of(file, bytes, digest);
  }

  static WrittenFile of(Path file, long bytes, MessageDigest digest) {
    return new WrittenFile(file, bytes, HexFormat.of().formatHex(digest.digest()));
  }

  static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
