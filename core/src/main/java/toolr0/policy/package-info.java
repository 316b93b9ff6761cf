/**
 * Contracts of a language model seen as a policy: sample completions, score them, learn from them.
 * Axes in names: G completions of a group, T time.
 */
@NullMarked
package toolr0.policy;

import org.jspecify.annotations.NullMarked;
