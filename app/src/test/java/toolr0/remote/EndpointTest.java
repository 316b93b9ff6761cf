package toolr0.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toolr0.base.Seed;

final class EndpointTest {
  @ParameterizedTest
  @CsvSource({
    "http://host:8000, http://host:8000/v1",
    "http://host:8000/, http://host:8000/v1",
    "http://host:8000/v1, http://host:8000/v1",
    "http://host:8000/v1/, http://host:8000/v1",
    "http://host:8000/v1/chat/completions, http://host:8000/v1",
    "https://host, https://host/v1",
    "HTTP://host, http://host/v1",
    "https://host/proxy/one, https://host/proxy/one/v1",
    "https://host/v1beta/openai, https://host/v1beta/openai",
    "https://host/api/v4, https://host/api/v4",
    "http://[::1]:8080, http://[::1]:8080/v1",
  })
  void anAddressIsTakenAsPeopleWriteIt(String written, String base) {
    assertThat(Endpoint.base(written)).hasToString(base);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://host",
        "http:///v1",
        "http://host:port/v1",
        "http://",
        "http://a b",
        "http://host/v1?key=1",
        "http://host/v1#model",
        "file:///etc/passwd"
      })
  void whatIsNoAddressIsSaidToBeNone(String written) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Endpoint.base(written))
        .withMessageContaining(written)
        .withMessageContaining("http://localhost:8000/v1");
  }

  @Test
  void aPasswordInAnAddressIsNotRepeated() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Endpoint.base("http://me:hunter2@host/v1"))
        .withMessageContaining("OPENAI_API_KEY")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"));
  }

  @Test
  void aKeyIsOneVisibleWord() {
    assertThat(ApiKey.of(" \n")).isEmpty();
    assertThat(ApiKey.of(" sk-1234567890\n").orElseThrow().authorization())
        .isEqualTo("Bearer sk-1234567890");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApiKey.of("sk-1\r\nX-Other: 1"))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("sk-1"));
  }

  @Test
  void aKeyIsMaskedUnlessItIsAPlaceholder() {
    ApiKey key = ApiKey.of("sk-1234567890").orElseThrow();
    assertThat(key.maskIn("wrong key sk-1234567890!")).isEqualTo("wrong key ***!");
    assertThat(key).hasToString("***");
    assertThat(ApiKey.of("none").orElseThrow().maskIn("none fits")).isEqualTo("none fits");
  }

  @Test
  void aServersWishToWaitIsReadInBothForms() {
    Instant now = Instant.parse("2026-01-02T03:04:05Z");
    assertThat(Backoff.asked("120", now)).contains(Duration.ofMinutes(2));
    assertThat(Backoff.asked("Fri, 02 Jan 2026 03:05:00 GMT", now))
        .contains(Duration.ofSeconds(55));
    assertThat(Backoff.asked("Fri, 02 Jan 2026 03:00:00 GMT", now)).contains(Duration.ZERO);
    assertThat(Backoff.asked("999999999999999999", now).orElseThrow())
        .isGreaterThan(Backoff.MAX_WAIT);
    assertThat(Backoff.asked("soon", now)).isEqualTo(Optional.empty());
    assertThat(Backoff.asked("-1", now)).isEqualTo(Optional.empty());
    assertThat(Backoff.asked("99999999999999999999", now)).isEqualTo(Optional.empty());
  }

  @Test
  void waitsDifferBetweenTasks() {
    assertThat(Backoff.after(3, new Seed(0).derive("a")))
        .isNotEqualTo(Backoff.after(3, new Seed(0).derive("b")))
        .isEqualTo(Backoff.after(3, new Seed(0).derive("a")));
  }
}
