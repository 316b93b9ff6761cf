package toolr0.cli;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import toolr0.policy.Device;
import toolr0.score.ScoreRole;
import toolr0.selfplay.Preset;

/** Reads options' values, with messages in the words that the options use. */
final class OptionValues {
  private OptionValues() {}

  /** Has a command line and its subcommands read these types so. */
  static void register(CommandLine line) {
    line.registerConverter(ScoreRole.class, named(ScoreRole.values(), ScoreRole::wireName));
    line.registerConverter(
        ExportFormat.class, named(ExportFormat.values(), ExportFormat::wireName));
    line.registerConverter(Preset.class, named(Preset.values(), Preset::wireName));
    line.registerConverter(
        Device.class,
        text -> {
          try {
            return Device.parse(text);
          } catch (IllegalArgumentException e) {
            throw new TypeConversionException(
                "expected " + Device.EXPECTED + ", found \"" + text + "\"");
          }
        });
    line.registerConverter(Integer.class, whole(Integer::parseInt));
    line.registerConverter(int.class, whole(Integer::parseInt));
    line.registerConverter(Long.class, whole(Long::parseLong));
    line.registerConverter(long.class, whole(Long::parseLong));
  }

  private static <E> ITypeConverter<E> named(E[] values, Function<E, String> name) {
    return text ->
        Arrays.stream(values)
            .filter(value -> name.apply(value).equalsIgnoreCase(text))
            .findFirst()
            .orElseThrow(
                () -> {
                  List<String> names = Arrays.stream(values).map(name).toList();
                  return new TypeConversionException(
                      "expected one of %s, found \"%s\"%s"
                          .formatted(
                              String.join(", ", names),
                              text,
                              ConfigKeys.nearest(text, names)
                                  .map(near -> " (did you mean " + near + "?)")
                                  .orElse("")));
                });
  }

  private static <N> ITypeConverter<N> whole(Function<String, N> parser) {
    return text -> {
      try {
        return parser.apply(text);
      } catch (NumberFormatException e) {
        throw new TypeConversionException("expected a whole number, found \"" + text + "\"");
      }
    };
  }
}
