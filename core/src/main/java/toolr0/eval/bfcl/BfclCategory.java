package toolr0.eval.bfcl;

import java.util.Locale;

/** The single-turn categories, in the leaderboard's order and by its names. */
enum BfclCategory {
  SIMPLE_PYTHON,
  SIMPLE_JAVA,
  SIMPLE_JAVASCRIPT,
  MULTIPLE,
  PARALLEL,
  PARALLEL_MULTIPLE,
  IRRELEVANCE,
  LIVE_SIMPLE,
  LIVE_MULTIPLE,
  LIVE_PARALLEL,
  LIVE_PARALLEL_MULTIPLE,
  LIVE_IRRELEVANCE,
  LIVE_RELEVANCE;

  /** What a category's answers are judged by. */
  enum Rule {
    /** The AST checker. */
    AST,
    /** Whether no call is made. */
    NO_CALL,
    /** Whether any call is made. */
    ANY_CALL
  }

  /** The name in file names, ids and reports. */
  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name of the file with its questions; the answers' has the same in a folder of its own. */
  String fileName() {
    return "BFCL_v4_" + wireName() + ".json";
  }

  /** The folder of its result files. */
  String group() {
    return name().startsWith("LIVE_") ? "live" : "non_live";
  }

  Rule rule() {
    return switch (this) {
      case IRRELEVANCE, LIVE_IRRELEVANCE -> Rule.NO_CALL;
      case LIVE_RELEVANCE -> Rule.ANY_CALL;
      default -> Rule.AST;
    };
  }

  SourceLanguage language() {
    return switch (this) {
      case SIMPLE_JAVA -> SourceLanguage.JAVA;
      case SIMPLE_JAVASCRIPT -> SourceLanguage.JAVASCRIPT;
      default -> SourceLanguage.PYTHON;
    };
  }

  AstChecker.Dispatch dispatch() {
    return AstChecker.Dispatch.of(wireName());
  }
}
