package toolr0.score;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The lines of a UTF-8 stream, one at a time; a line may have up to {@link #MAX_BYTES} bytes. */
final class LineStream {
  /** Longest line. */
  static final int MAX_BYTES = 64 << 20;

  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int from;
  private int to;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long number;

  LineStream(InputStream in) {
    this.in = in;
  }

  /** The number of the line that was read last, from 1. */
  long number() {
    return number;
  }

  /**
   * The next line without its end; empty when there is none.
   *
   * @throws LineException when it is too long or is no UTF-8 text; the stream then stands behind it
   */
  Optional<String> next() throws IOException {
    if (from == to && !fill()) {
      return Optional.empty();
    }
    line.reset();
    number++;
    long length = 0;
    boolean open = true;
    while (open && (from < to || fill())) {
      int end = from;
      while (end < to && buffer[end] != '\n') {
        end++;
      }
      if (length + end - from <= MAX_BYTES) {
        line.write(buffer, from, end - from);
      }
      length += end - from;
      open = end == to;
      from = open ? to : end + 1;
    }
    if (length > MAX_BYTES) {
      throw new LineException("the line has " + length + " bytes; expected at most " + MAX_BYTES);
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(line.toByteArray()))
              .toString());
    } catch (CharacterCodingException e) {
      throw new LineException("the line is not UTF-8 text");
    }
  }

  private boolean fill() throws IOException {
    from = 0;
    to = Math.max(0, in.read(buffer, 0, BUFFER));
    return to > 0;
  }
}
