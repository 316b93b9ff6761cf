package toolr0.score;

/**
 * Why a part of a reward is what it is.
 *
 * @param part name of the part, for example "accuracy"
 * @param code the kind of reason, for counting, for example "wrong_value"
 * @param text the reason in words: which call, which argument, which value differs how
 */
public record Reason(String part, String code, String text) {}
