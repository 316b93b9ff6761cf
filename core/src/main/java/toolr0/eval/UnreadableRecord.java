package toolr0.eval;

/**
 * A record of a benchmark that cannot be asked.
 *
 * @param file which file it stands in, relative to the benchmark's folder
 * @param record which record, by id where it has one, otherwise by line or index
 * @param reason what is wrong
 */
public record UnreadableRecord(String file, String record, String reason) {}
