package toolr0.base;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files that are whole or not there: content goes to a temporary name in the same folder, is forced
 * to the disk, and is then renamed. Missing folders are made. Every error leaves the previous file
 * as it was.
 */
public final class AtomicFiles {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int TAIL_BYTES = 1 << 12;
  private static final AtomicLong TEMPORARY = new AtomicLong();

  private AtomicFiles() {}

  /** Writes a file's content. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  public static void writeText(Path file, String text) throws IOException {
    writeBytes(file, text.getBytes(StandardCharsets.UTF_8));
  }

  public static void writeBytes(Path file, byte[] bytes) throws IOException {
    write(file, out -> out.write(bytes));
  }

  /** Writes a file from a stream of content, which need not be closed or flushed by the writer. */
  public static void write(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = parentOf(target);
    Files.createDirectories(folder);
    Path temporary =
        folder.resolve(
            ".%s.%d-%d.tmp"
                .formatted(
                    target.getFileName(),
                    ProcessHandle.current().pid(),
                    TEMPORARY.incrementAndGet()));
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        OutputStream out =
            new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    forceFolder(folder);
  }

  /**
   * Appends one line to a file in a single write and forces it to the disk. A torn last line, left
   * by a process that was killed while it wrote, is cut off first.
   *
   * @param line without line breaks
   */
  public static void appendLine(Path file, String line) throws IOException {
    appendLines(file, List.of(line));
  }

  /**
   * Appends lines to a file and forces them to the disk once. A torn last line, left by a process
   * that was killed while it wrote, is cut off first.
   *
   * @param lines without line breaks
   */
  public static void appendLines(Path file, List<String> lines) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      if (line.indexOf('\n') >= 0) {
        throw new IllegalArgumentException("A line must not hold a line break: " + file);
      }
      text.append(line).append('\n');
    }
    Path target = file.toAbsolutePath();
    Files.createDirectories(parentOf(target));
    try (FileChannel channel =
        FileChannel.open(
            target, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long end = endOfLastWholeLine(channel);
      if (end < channel.size()) {
        channel.truncate(end);
      }
      channel.position(end);
      ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    }
  }

  /** Forces a folder's entries to the disk where the file system allows it. */
  static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Some file systems cannot open a folder; the rename itself has happened.
      return;
    }
  }

  private static long endOfLastWholeLine(FileChannel channel) throws IOException {
    long end = channel.size();
    ByteBuffer tail = ByteBuffer.allocate(TAIL_BYTES);
    while (end > 0) {
      long start = Math.max(0, end - TAIL_BYTES);
      tail.clear().limit((int) (end - start));
      while (tail.hasRemaining() && channel.read(tail, start + tail.position()) >= 0) {}
      for (int i = (int) (end - start) - 1; i >= 0; i--) {
        if (tail.get(i) == '\n') {
          return start + i + 1;
        }
      }
      end = start;
    }
    return 0;
  }

  private static Path parentOf(Path absolute) throws IOException {
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new IOException("Not a file name: " + absolute);
    }
    return parent;
  }
}
