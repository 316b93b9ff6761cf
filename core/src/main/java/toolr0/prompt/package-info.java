/** The chats in which each role is asked: prompt texts as versioned resources and one builder. */
@NullMarked
package toolr0.prompt;

import org.jspecify.annotations.NullMarked;
