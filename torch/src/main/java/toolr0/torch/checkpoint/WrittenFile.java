package toolr0.torch.checkpoint;

import java.nio.file.Path;

/**
 * A file that is on the disk, whole.
 *
 * @param path where
 * @param bytes its size
 * @param sha256 its SHA-256 in lower-case hexadecimal
 */
public record WrittenFile(Path path, long bytes, String sha256) {}
