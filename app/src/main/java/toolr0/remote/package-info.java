/** Models behind an OpenAI-compatible endpoint, such as vLLM, SGLang or llama.cpp's server. */
@NullMarked
package toolr0.remote;

import org.jspecify.annotations.NullMarked;
