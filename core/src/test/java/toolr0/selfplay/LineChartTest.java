package toolr0.selfplay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class LineChartTest {
  private static Document parse(LineChart chart) throws Exception {
    byte[] bytes = chart.toSvg().getBytes(StandardCharsets.UTF_8);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(bytes));
  }

  @Test
  void thePictureIsWellFormedAndItsPointsRiseWithTheirValues() throws Exception {
    LineChart chart =
        new LineChart("Reward <of> A & B", "step")
            .line("a < b", List.of(LineChart.Point.of(1, 0.2), LineChart.Point.of(2, 0.9)))
            .divider(1.5);
    Document document = parse(chart);
    Element line = (Element) document.getElementsByTagName("polyline").item(0);
    List<Double> heights =
        Pattern.compile(",([0-9.]+)")
            .matcher(line.getAttribute("points"))
            .results()
            .map(match -> Double.valueOf(match.group(1)))
            .toList();
    assertThat(heights).hasSize(2);
    assertThat(heights.get(1)).isLessThan(heights.get(0));
    assertThat(document.getDocumentElement().getTextContent())
        .contains("Reward <of> A & B")
        .contains("a < b");
  }

  @Test
  void valuesThatAreNotNumbersAreLeftOut() throws Exception {
    LineChart chart =
        new LineChart("t", "x")
            .marked(
                "a",
                List.of(LineChart.Point.of(1, Double.NaN), new LineChart.Point(2, 0.5, 0.4, 0.6)));
    assertThat(chart.isEmpty()).isFalse();
    assertThat(parse(chart).getElementsByTagName("circle").getLength()).isEqualTo(1);
    assertThat(chart.toSvg()).doesNotContain("NaN");
  }

  @Test
  void aChartWithoutPointsIsEmptyButStillAPicture() throws Exception {
    LineChart chart = new LineChart("t", "x").line("a", List.of());
    assertThat(chart.isEmpty()).isTrue();
    assertThat(parse(chart).getDocumentElement().getTagName()).isEqualTo("svg");
  }

  @Test
  void constantAndNegativeValuesStayInsideThePicture() throws Exception {
    LineChart chart =
        new LineChart("t", "x")
            .marked("a", List.of(LineChart.Point.of(1, -3), LineChart.Point.of(2, -3)));
    Element circle = (Element) parse(chart).getElementsByTagName("circle").item(0);
    assertThat(Double.parseDouble(circle.getAttribute("cy"))).isBetween(0.0, 320.0);
  }
}
