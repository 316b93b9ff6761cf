package toolr0.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import toolr0.base.Json;
import toolr0.base.JsonSyntaxException;
import tools.jackson.databind.node.ObjectNode;

/**
 * An append-only file of JSON objects, one a line; each line reaches the operating system before
 * the call returns.
 */
public final class JsonLines implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private long length;

  private JsonLines(Path file, FileChannel channel, long length) {
    this.file = file;
    this.channel = channel;
    this.length = length;
  }

  /**
   * Opens a file for appending behind its first {@code length} bytes; what lies beyond is cut off.
   *
   * @throws RunException when the file is shorter or cannot be opened
   */
  static JsonLines open(Path file, long length) {
    try {
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      long size = channel.size();
      if (size < length) {
        channel.close();
        throw new RunException(
            RunException.Kind.DATA,
            file
                + " has "
                + size
                + " bytes, but the run's state counts on "
                + length
                + "; restore the file from a copy or start a new run");
      }
      channel.truncate(length);
      channel.position(length);
      return new JsonLines(file, channel, length);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  /** Appends one line. */
  public void append(ObjectNode line) {
    ByteBuffer bytes =
        ByteBuffer.wrap((Json.compact(line) + "\n").getBytes(StandardCharsets.UTF_8));
    int size = bytes.remaining();
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
    length += size;
  }

  /** Forces all lines to the disk. */
  void force() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  /** Bytes written. */
  long length() {
    return length;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  /**
   * All objects of a file; a torn last line, left by a process that was killed while it wrote, is
   * dropped. A file that does not exist has none.
   *
   * @throws RunException when another line is not a JSON object
   */
  public static List<ObjectNode> read(Path file) {
    String text;
    try {
      text = Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<ObjectNode> lines = new ArrayList<>();
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      try {
        lines.add(Json.parseObject(text.substring(start, end)));
      } catch (JsonSyntaxException e) {
        throw new RunException(
            RunException.Kind.DATA,
            file + " line " + (lines.size() + 1) + " is not a JSON object: " + e.getMessage(),
            e);
      }
      start = end + 1;
    }
    return lines;
  }

  static RunException cannotWrite(Path file, IOException e) {
    return new RunException(
        RunException.Kind.ENVIRONMENT,
        "Cannot write "
            + file
            + ": "
            + e.getMessage()
            + ". Everything up to the last checkpoint is kept; free the space or fix the permission"
            + " and resume.",
        e);
  }
}
