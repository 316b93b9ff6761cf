package toolr0.chat.template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import toolr0.base.Json;
import toolr0.base.JsonSyntaxException;
import toolr0.chat.Message;
import toolr0.chat.template.Value.Bool;
import toolr0.chat.template.Value.None;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The chat template of a Hugging Face checkpoint with its special tokens, rendered as the
 * transformers library renders it: {@code messages}, {@code tools}, {@code documents} (none),
 * {@code add_generation_prompt}, and the special tokens under their names. What the messages and
 * tools say is content, which is never read as a template; roles and special tokens count as the
 * template's own text. It may be used in several threads.
 */
public final class ChatTemplate {
  /** The file that holds nothing but the template, and goes before the other one. */
  public static final String TEMPLATE_FILE = "chat_template.jinja";

  /** The tokenizer's settings, with the special tokens and often the template. */
  public static final String CONFIG_FILE = "tokenizer_config.json";

  /** The name of the template that a chat without tools is written by. */
  public static final String DEFAULT = "default";

  private static final String TOKENS_FILE = "special_tokens_map.json";
  private static final String KEY = "chat_template";
  private static final String WITH_TOOLS = "tool_use";
  private static final List<String> TOKENS =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  private final Template withoutTools;
  private final Template withTools;
  private final Map<String, Value> tokens;

  private ChatTemplate(Template withoutTools, Template withTools, Map<String, Value> tokens) {
    this.withoutTools = withoutTools;
    this.withTools = withTools;
    this.tokens = Map.copyOf(tokens);
  }

  /**
   * Reads the template of a checkpoint's folder: the file {@code chat_template.jinja}, otherwise
   * the key {@code chat_template} of {@code tokenizer_config.json}.
   *
   * @throws TemplateException when there is none, a file cannot be read, or the template is wrong
   *     or has something that is not supported
   */
  public static ChatTemplate read(Path folder) {
    Path file = folder.resolve(CONFIG_FILE);
    ObjectNode config = object(file);
    ObjectNode others = object(folder.resolve(TOKENS_FILE));
    Map<String, Value> tokens = new HashMap<>();
    for (String name : TOKENS) {
      token(config.path(name))
          .or(() -> token(others.path(name)))
          .ifPresent(token -> tokens.put(name, Str.of(token)));
    }
    Map<String, Source> sources = named(folder, config);
    Template template = parse(sources, DEFAULT).orElseThrow(() -> none(folder));
    return new ChatTemplate(template, parse(sources, WITH_TOOLS).orElse(template), tokens);
  }

  /**
   * The templates of a checkpoint's folder as they are written, by their names; the one without a
   * name is {@value #DEFAULT}. Empty where there is none.
   *
   * @throws TemplateException when a file cannot be read or holds something else
   */
  public static SortedMap<String, String> sources(Path folder) {
    SortedMap<String, String> texts = new TreeMap<>();
    named(folder, object(folder.resolve(CONFIG_FILE)))
        .forEach((name, source) -> texts.put(name, source.text()));
    return texts;
  }

  /** A template as it is written, and where. */
  private record Source(String where, String text) {}

  private static Map<String, Source> named(Path folder, ObjectNode config) {
    Path own = folder.resolve(TEMPLATE_FILE);
    return Files.exists(own)
        ? Map.of(DEFAULT, new Source(own.toString(), text(own)))
        : named(folder.resolve(CONFIG_FILE) + ": " + KEY, config.path(KEY));
  }

  private static Map<String, Source> named(String where, JsonNode entry) {
    Map<String, Source> sources = new HashMap<>();
    if (entry.isString()) {
      sources.put(DEFAULT, new Source(where, entry.stringValue()));
    } else if (entry instanceof ArrayNode list) {
      for (JsonNode named : list.values()) {
        String name = named.path("name").stringValue("");
        String text = named.path("template").stringValue("");
        if (name.isEmpty() || text.isEmpty()) {
          throw new TemplateException(
              where + ": expected a list of objects with \"name\" and \"template\"");
        }
        sources.put(name, new Source(where + " " + name, text));
      }
    } else if (!entry.isMissingNode() && !entry.isNull()) {
      throw new TemplateException(where + ": expected a text or a list of named templates");
    }
    return sources;
  }

  private static Optional<Template> parse(Map<String, Source> sources, String name) {
    return Optional.ofNullable(sources.get(name))
        .map(source -> Template.parse(source.where(), source.text()));
  }

  private static TemplateException none(Path folder) {
    return new TemplateException(
        "%s: the checkpoint has no chat template: neither %s nor %s in %s; use one that was trained on chats, or add the template of its family as %s"
            .formatted(folder, TEMPLATE_FILE, KEY, CONFIG_FILE, TEMPLATE_FILE));
  }

  /** A special token as older and newer files write it: a text, or an object around it. */
  private static Optional<String> token(JsonNode entry) {
    return Optional.of(entry.isObject() ? entry.path("content") : entry)
        .map(text -> text.stringValue(""))
        .filter(text -> !text.isEmpty());
  }

  private static ObjectNode object(Path file) {
    if (!Files.exists(file)) {
      return Json.object();
    }
    try {
      return Json.parseObject(text(file));
    } catch (JsonSyntaxException e) {
      throw new TemplateException(file + ": not valid JSON: " + e.getMessage());
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new TemplateException(file + ": cannot be read as UTF-8 text: " + e.getMessage());
    }
  }

  /**
   * Renders a chat without tools.
   *
   * @param now the time that {@code strftime_now} tells
   * @throws TemplateException where the template fails or refuses the chat
   */
  public RenderedChat render(
      List<Message> messages, boolean addGenerationPrompt, LocalDateTime now) {
    return render(messages, Json.array(), addGenerationPrompt, now);
  }

  /**
   * Renders a chat.
   *
   * @param tools JSON schemas of functions; a template named {@code tool_use} is for chats with
   *     some
   * @param now the time that {@code strftime_now} tells
   * @throws TemplateException where the template fails or refuses the chat
   */
  public RenderedChat render(
      List<Message> messages, ArrayNode tools, boolean addGenerationPrompt, LocalDateTime now) {
    Map<String, Value> variables = new HashMap<>(tokens);
    variables.put(
        "messages", new Sequence.ListValue(messages.stream().map(ChatTemplate::value).toList()));
    variables.put("tools", tools.isEmpty() ? None.NONE : JsonValues.content(tools));
    variables.put("documents", None.NONE);
    variables.put("add_generation_prompt", Bool.of(addGenerationPrompt));
    Template template = tools.isEmpty() ? withoutTools : withTools;
    return template.render(variables, now);
  }

  static Value value(Message message) {
    Map<String, Value> entries = new LinkedHashMap<>();
    entries.put("role", Str.of(message.role().wireName()));
    entries.put("content", Str.content(message.content()));
    return DictValue.ofNames(entries);
  }
}
