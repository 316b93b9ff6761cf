/**
 * The dataset of an iteration: generate, check, deduplicate, cross-verify, rate difficulty, select
 * and order tasks, with every drop counted by its reason.
 */
@NullMarked
package toolr0.curriculum;

import org.jspecify.annotations.NullMarked;
