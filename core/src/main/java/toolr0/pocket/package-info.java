/**
 * The embedded default's world: a lexicon of tools, the tasks composed from it, the corpus and the
 * tokenizer of the pocket model, and a benchmark whose tools and values never occur in that corpus.
 */
@NullMarked
package toolr0.pocket;

import org.jspecify.annotations.NullMarked;
