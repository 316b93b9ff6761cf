package toolr0.torch.text;

/**
 * A special token of a tokenizer.
 *
 * @param stripsLeft whether white space before it belongs to it
 * @param stripsRight whether white space behind it belongs to it
 * @param wholeWord whether it counts only where no letter, digit or underscore is next to it
 */
record SpecialToken(
    String content, int id, boolean stripsLeft, boolean stripsRight, boolean wholeWord) {}
