package toolr0.pocket;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import toolr0.base.Json;
import toolr0.base.Seed;
import toolr0.pocket.PocketTasks.Part;
import toolr0.task.ContextType;
import toolr0.task.ControlSpec;
import toolr0.task.Task;
import toolr0.tool.CallParser;
import toolr0.tool.CallWriter;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ParsedMenu;
import toolr0.tool.ToolMenus;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fixed tasks by which pocket Solvers are measured. Every tool's name and parameter set and
 * every value in them is of the lexicon's reserved part, so none of them occurs in the corpus; the
 * words that they are made of do.
 */
public final class PocketBenchmark {
  private static final String RESOURCE = "benchmark.jsonl";
  private static final Seed SEED = new Seed(20260314).derive("pocket-benchmark");

  /** What a task of the benchmark tries, with how many tasks there are of it. */
  public enum Category {
    SINGLE("single", 100),
    MULTIPLE_CALLS("multiple_calls", 100),
    MANY_TOOLS("many_tools", 80),
    MULTI_TURN("multi_turn", 80),
    NO_TOOL("no_tool", 60);

    private final String wireName;
    private final int tasks;

    Category(String wireName, int tasks) {
      this.wireName = wireName;
      this.tasks = tasks;
    }

    /** The category's name in files. */
    public String wireName() {
      return wireName;
    }

    /** How many tasks of this category there are. */
    public int tasks() {
      return tasks;
    }
  }

  /**
   * A task of the benchmark.
   *
   * @param id unique, for example "single-017"
   * @param category one of the categories' wire names
   */
  public record Item(String id, String category, Task task) {}

  private PocketBenchmark() {}

  /** The benchmark as it is stored with the program. */
  public static List<Item> load() {
    try (InputStream in = PocketBenchmark.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the class path");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.isBlank()).map(PocketBenchmark::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE, e);
    }
  }

  /** The benchmark as the lexicon and its fixed seed make it. */
  public static List<Item> compose(PocketLexicon lexicon) {
    var tasks = new PocketTasks(lexicon, Part.BENCHMARK);
    var items = new ArrayList<Item>();
    for (Category category : Category.values()) {
      for (int i = 0; i < category.tasks(); i++) {
        Seed seed = SEED.derive(category.wireName()).derive(i);
        String domain = lexicon.domains().get(i % lexicon.domains().size());
        ControlSpec spec = spec(category, domain, i, new Dice(seed.derive("spec")));
        items.add(
            new Item(
                "%s-%03d".formatted(category.wireName(), i + 1),
                category.wireName(),
                tasks.task(seed, spec)));
      }
    }
    return List.copyOf(items);
  }

  /** The items as lines of JSON with id, category, question, tools and gold. */
  public static String toJsonLines(List<Item> items) {
    var text = new StringBuilder();
    for (Item item : items) {
      ObjectNode line = Json.object();
      line.put("id", item.id());
      line.put("category", item.category());
      line.put("question", item.task().question());
      line.set("tools", ToolMenus.toJson(item.task().tools()));
      line.set("gold", CallWriter.toJson(item.task().gold()));
      text.append(Json.compact(line)).append('\n');
    }
    return text.toString();
  }

  private static ControlSpec spec(Category category, String domain, int index, Dice dice) {
    return switch (category) {
      case SINGLE -> new ControlSpec(domain, ContextType.SINGLE_TURN, dice.between(2, 4), 1);
      case MULTIPLE_CALLS ->
          new ControlSpec(
              domain, ContextType.SINGLE_TURN, dice.between(3, 4), index % 5 == 4 ? 3 : 2);
      case MANY_TOOLS -> new ControlSpec(domain, ContextType.SINGLE_TURN, dice.between(6, 8), 1);
      case MULTI_TURN -> new ControlSpec(domain, ContextType.MULTI_TURN, dice.between(2, 4), 1);
      case NO_TOOL -> new ControlSpec(domain, ContextType.SINGLE_TURN, dice.between(2, 4), 0);
    };
  }

  private static Item read(String line) {
    ObjectNode node = Json.parseObject(line);
    String id = node.path("id").asString();
    if (!(ToolMenus.read(node.path("tools")) instanceof ParsedMenu.Menu menu)
        || !(CallParser.parse(Json.compact(node.path("gold"))) instanceof ParsedCalls.Calls gold)) {
      throw new IllegalStateException(RESOURCE + ": " + id + " has unusable tools or calls");
    }
    return new Item(
        id,
        node.path("category").asString(),
        new Task(node.path("question").asString(), menu.tools(), gold.calls()));
  }
}
