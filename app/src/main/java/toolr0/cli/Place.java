package toolr0.cli;

/**
 * Where a configuration value was written.
 *
 * @param source a file's path, or the option as typed
 * @param line from 1; 0 when the source has no lines
 */
record Place(String source, int line) {

  @Override
  public String toString() {
    return line > 0 ? source + ":" + line : source;
  }
}
