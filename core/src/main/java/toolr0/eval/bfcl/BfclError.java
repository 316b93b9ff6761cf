package toolr0.eval.bfcl;

/** Why BFCL's checker rejects an answer, by the leaderboard's own names. */
enum BfclError {
  DECODER_FAILED("ast_decoder:decoder_failed"),
  WRONG_FORMAT("ast_decoder:decoder_wrong_output_format"),
  IRRELEVANCE_CALL("irrelevance_error:decoder_success"),
  RELEVANCE_NO_CALL("relevance_error:decoder_failed"),
  SIMPLE_COUNT("simple_function_checker:wrong_count"),
  MULTIPLE_COUNT("multiple_function_checker:wrong_count"),
  PARALLEL_COUNT("parallel_function_checker_no_order:wrong_count"),
  PARALLEL_NO_MATCH("parallel_function_checker_no_order:cannot_find_match"),
  WRONG_FUNCTION("simple_function_checker:wrong_func_name"),
  MISSING_REQUIRED("simple_function_checker:missing_required"),
  MISSING_OPTIONAL("simple_function_checker:missing_optional"),
  UNEXPECTED_PARAMETER("simple_function_checker:unexpected_param"),
  TYPE("type_error:simple"),
  NESTED_TYPE("type_error:nested"),
  JAVA_TYPE("type_error:java"),
  JAVASCRIPT_TYPE("type_error:js"),
  VALUE("value_error:others"),
  TEXT("value_error:string"),
  LIST("value_error:list/tuple"),
  DICT_KEY("value_error:dict_key"),
  DICT_VALUE("value_error:dict_value"),
  DICT_UNCLEAR("dict_checker:unclear"),
  DICT_COUNT("value_error:list_dict_count"),
  ATTRIBUTE_ERROR("checker_exception:AttributeError"),
  KEY_ERROR("checker_exception:KeyError"),
  NOT_IMPLEMENTED("checker_exception:NotImplementedError"),
  TYPE_ERROR("checker_exception:TypeError"),
  OVERFLOW_ERROR("checker_exception:OverflowError"),
  VALUE_ERROR("checker_exception:ValueError");

  private final String spelling;

  BfclError(String spelling) {
    this.spelling = spelling;
  }

  /**
   * The error type as BFCL's score files spell it; where its own checker ends with an exception,
   * the name of that.
   */
  String spelling() {
    return spelling;
  }
}
