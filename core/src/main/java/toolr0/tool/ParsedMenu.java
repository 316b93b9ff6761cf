package toolr0.tool;

import java.util.List;

/** What a text that should hold a list of tools holds. */
public sealed interface ParsedMenu {

  /** A menu of at least one tool; names are unique. */
  record Menu(List<ToolSpec> tools) implements ParsedMenu {
    public Menu {
      tools = List.copyOf(tools);
    }
  }

  /**
   * Not a menu.
   *
   * @param reason names the tool or the place, and what is wrong there
   */
  record Unusable(String reason) implements ParsedMenu {}
}
