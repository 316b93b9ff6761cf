package toolr0.eval.bfcl;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What the checker knows of a function that is offered.
 *
 * @param parameters by name, in the order of the record
 * @param required names of the parameters that a call must give
 */
record FunctionDoc(
    String name, SequencedMap<String, ParameterDoc> parameters, Set<String> required) {
  FunctionDoc {
    parameters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parameters));
    required = Set.copyOf(required);
  }

  /**
   * A parameter's declared type.
   *
   * @param type as the record states it, empty text when it states none
   * @param itemType the type of a list's items
   */
  record ParameterDoc(String type, Optional<String> itemType) {}
}
