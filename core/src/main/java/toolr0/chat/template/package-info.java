/**
 * Chat templates of Hugging Face checkpoints: an interpreter of the Jinja2 language with Python's
 * semantics, set up as the transformers library sets Jinja2 up, and what a checkpoint's files say
 * about its template.
 *
 * <p>A template becomes tokens ({@link toolr0.chat.template.Lexer}), tokens become a tree of
 * statements and expressions, and a renderer walks the tree. Every character of a text carries
 * whether it comes from a message or from the template, through all operations on texts ({@link
 * toolr0.chat.template.Str}).
 */
@NullMarked
package toolr0.chat.template;

import org.jspecify.annotations.NullMarked;
