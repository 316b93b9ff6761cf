package toolr0.selfplay;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A line chart as SVG text. It needs no fonts and no windowing libraries on the machine, which
 * Java's own drawing does.
 */
public final class LineChart {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 320;
  private static final int LEFT = 56;
  private static final int RIGHT = 190;
  private static final int TOP = 40;
  private static final int BOTTOM = 44;
  private static final int TICKS = 5;
  private static final List<String> COLOURS =
      List.of("#1f6fb4", "#d1661f", "#2e8b57", "#a03c78", "#6b6b6b", "#b8960c", "#5b4fb3");

  private final String title;
  private final String xLabel;
  private final List<Series> series = new ArrayList<>();
  private final List<Double> dividers = new ArrayList<>();

  /**
   * One point, with an interval where there is one.
   *
   * @param low equal to y when there is no interval
   * @param high equal to y when there is no interval
   */
  public record Point(double x, double y, double low, double high) {
    /** A point without an interval. */
    public static Point of(double x, double y) {
      return new Point(x, y, y, y);
    }
  }

  private record Series(String name, List<Point> points, boolean dots) {}

  /** A chart without lines. */
  public LineChart(String title, String xLabel) {
    this.title = title;
    this.xLabel = xLabel;
  }

  /** A line through points. */
  public LineChart line(String name, List<Point> points) {
    series.add(new Series(name, finite(points), false));
    return this;
  }

  /** A line through points that are marked, with their intervals. */
  LineChart marked(String name, List<Point> points) {
    series.add(new Series(name, finite(points), true));
    return this;
  }

  /** A vertical line, for example between iterations. */
  LineChart divider(double x) {
    dividers.add(x);
    return this;
  }

  boolean isEmpty() {
    return series.stream().allMatch(s -> s.points().isEmpty());
  }

  /** The picture. */
  public String toSvg() {
    List<Point> all = series.stream().flatMap(s -> s.points().stream()).toList();
    double minX = all.stream().mapToDouble(Point::x).min().orElse(0);
    double maxX = Math.max(minX + 1, all.stream().mapToDouble(Point::x).max().orElse(1));
    double minY = Math.min(0, all.stream().mapToDouble(Point::low).min().orElse(0));
    double step = tickStep(all.stream().mapToDouble(Point::high).max().orElse(1) - minY);
    minY = Math.floor(minY / step) * step;
    double maxY = all.stream().mapToDouble(Point::high).max().orElse(1);
    maxY = Math.max(minY + step, Math.ceil(maxY / step - 1e-9) * step);
    Scale scale = new Scale(minX, maxX, minY, maxY);

    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">\n",
            WIDTH,
            HEIGHT,
            WIDTH,
            HEIGHT));
    svg.append(
        String.format(
            Locale.ROOT, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n", WIDTH, HEIGHT));
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"22\" font-size=\"15\" fill=\"#222\">%s</text>\n",
            LEFT,
            escape(title)));
    axes(svg, scale, step);
    for (double x : dividers) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#999\""
                  + " stroke-dasharray=\"4 3\"/>\n",
              scale.x(x),
              TOP,
              scale.x(x),
              HEIGHT - BOTTOM));
    }
    for (int i = 0; i < series.size(); i++) {
      draw(svg, scale, series.get(i), COLOURS.get(i % COLOURS.size()), i);
    }
    return svg.append("</svg>\n").toString();
  }

  private record Scale(double minX, double maxX, double minY, double maxY) {
    double x(double value) {
      return LEFT + (value - minX) / (maxX - minX) * (WIDTH - LEFT - RIGHT);
    }

    double y(double value) {
      return HEIGHT - BOTTOM - (value - minY) / (maxY - minY) * (HEIGHT - TOP - BOTTOM);
    }
  }

  private void axes(StringBuilder svg, Scale scale, double step) {
    for (double y = scale.minY(); y <= scale.maxY() + step / 2; y += step) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#e4e4e4\"/>\n",
              LEFT,
              scale.y(y),
              WIDTH - RIGHT,
              scale.y(y)));
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#444\">%s</text>\n",
              LEFT - 6,
              scale.y(y) + 4,
              number(y)));
    }
    double xStep = Math.max(1, tickStep(scale.maxX() - scale.minX()));
    for (double x = Math.ceil(scale.minX() / xStep) * xStep; x <= scale.maxX(); x += xStep) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#444\">%s</text>\n",
              scale.x(x),
              HEIGHT - BOTTOM + 17,
              number(x)));
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#444\"/>\n",
            LEFT,
            HEIGHT - BOTTOM,
            WIDTH - RIGHT,
            HEIGHT - BOTTOM));
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#444\">%s</text>\n",
            (LEFT + WIDTH - RIGHT) / 2,
            HEIGHT - 8,
            escape(xLabel)));
  }

  private static void draw(
      StringBuilder svg, Scale scale, Series series, String colour, int position) {
    StringBuilder path = new StringBuilder();
    for (Point point : series.points()) {
      path.append(String.format(Locale.ROOT, "%.1f,%.1f ", scale.x(point.x()), scale.y(point.y())));
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n",
            path.toString().strip(),
            colour));
    if (series.dots()) {
      for (Point point : series.points()) {
        if (point.high() > point.low()) {
          svg.append(
              String.format(
                  Locale.ROOT,
                  "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n",
                  scale.x(point.x()),
                  scale.y(point.low()),
                  scale.x(point.x()),
                  scale.y(point.high()),
                  colour));
        }
        svg.append(
            String.format(
                Locale.ROOT,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>\n",
                scale.x(point.x()),
                scale.y(point.y()),
                colour));
      }
    }
    int y = TOP + 6 + position * 18;
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"4\" fill=\"%s\"/>\n",
            WIDTH - RIGHT + 12,
            y,
            colour));
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" fill=\"#222\">%s</text>\n",
            WIDTH - RIGHT + 30,
            y + 6,
            escape(series.name())));
  }

  private static double tickStep(double range) {
    double raw = Math.max(1e-9, range) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    for (double factor : new double[] {1, 2, 5}) {
      if (raw <= factor * power * (1 + 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static List<Point> finite(List<Point> points) {
    return points.stream().filter(p -> Double.isFinite(p.y())).toList();
  }

  private static String number(double value) {
    double rounded = Math.rint(value * 1e6) / 1e6;
    return rounded == Math.rint(rounded) && Math.abs(rounded) < 1e9
        ? Long.toString((long) rounded)
        : Double.toString(rounded);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
