package toolr0.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import toolr0.tool.ParsedMenu;
import toolr0.tool.ToolMenus;
import toolr0.tool.ToolSpec;

/** Reads a user's file of tools. */
final class ToolsFile {
  private static final String EXPECTED =
      "; expected a JSON list such as [{\"name\": \"get_weather\", \"description\": \"...\","
          + " \"parameters\": {\"city\": {\"type\": \"string\"}}, \"required\": [\"city\"]}] or tools in"
          + " OpenAI's form";

  private ToolsFile() {}

  /**
   * The tools in a file.
   *
   * @throws CliException when it is missing, is no text or is not a list of tools
   */
  static List<ToolSpec> read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new CliException(
          ExitCode.INPUT, file + ": there is no such file; --tools names a JSON list of tools", e);
    } catch (MalformedInputException e) {
      throw new CliException(ExitCode.INPUT, file + ": it is not UTF-8 text" + EXPECTED, e);
    } catch (IOException e) {
      throw new CliException(ExitCode.INPUT, file + ": it cannot be read: " + e.getMessage(), e);
    }
    return switch (ToolMenus.parse(text)) {
      case ParsedMenu.Menu(List<ToolSpec> tools) -> tools;
      case ParsedMenu.Unusable(String reason) ->
          throw new CliException(ExitCode.INPUT, file + ": " + reason + EXPECTED);
    };
  }
}
