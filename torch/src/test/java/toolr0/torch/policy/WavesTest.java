package toolr0.torch.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import toolr0.base.Seed;
import toolr0.policy.SampleRequest;
import toolr0.torch.model.Compute;
import toolr0.torch.model.Precision;
import toolr0.torch.policy.Waves.Share;

class WavesTest {
  private static final int LENGTH = 40;
  private final Waves waves = new Waves(TinyModel.CONFIG, Compute.onCpu(Precision.FP32), LENGTH);

  private static List<SampleRequest> requests(int count, int prompt, int generations) {
    return IntStream.range(0, count)
        .mapToObj(
            p -> new SampleRequest(TinyModel.prompt("p" + p, prompt), generations, new Seed(p)))
        .toList();
  }

  private long bytes(List<SampleRequest> requests, List<Share> wave) {
    return wave.stream()
        .mapToLong(
            share ->
                waves.keyValues(
                    requests.get(share.request()).prompt().tokenIds().length,
                    share.to() - share.from()))
        .sum();
  }

  @Test
  void everyCompletionIsInOneWaveAndNoWaveIsLargerThanTheMost() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 300; round++) {
      int count = random.nextInt(1, 30);
      int prompt = random.nextInt(1, TinyModel.CONTEXT - 1);
      int generations = random.nextInt(1, 20);
      List<SampleRequest> requests = requests(count, prompt, generations);
      long whole = waves.most(prompt, count, generations, Long.MAX_VALUE);
      long budget = random.nextLong(2 * whole);
      long most = waves.most(prompt, count, generations, budget);
      assertThat(most).isLessThanOrEqualTo(whole);
      List<BitSet> members = new ArrayList<>();
      requests.forEach(request -> members.add(new BitSet()));
      for (List<Share> wave : waves.of(requests, budget)) {
        assertThat(bytes(requests, wave)).isLessThanOrEqualTo(most);
        assertThat(wave.stream().mapToInt(share -> share.to() - share.from()).sum())
            .isLessThanOrEqualTo(Waves.ROWS);
        for (Share share : wave) {
          BitSet of = members.get(share.request());
          assertThat(of.get(share.from(), share.to()).isEmpty()).isTrue();
          of.set(share.from(), share.to());
        }
      }
      members.forEach(of -> assertThat(of.cardinality()).isEqualTo(generations));
    }
  }

  @Test
  void theMostIsReachedWhereMemoryIsAmple() {
    List<SampleRequest> requests = requests(20, 30, 16);
    long largest =
        waves.of(requests, Long.MAX_VALUE).stream()
            .mapToLong(wave -> bytes(requests, wave))
            .max()
            .orElseThrow();
    assertThat(waves.most(30, 20, 16, Long.MAX_VALUE)).isEqualTo(largest);
    assertThat(Waves.together(20, 16)).isEqualTo(8);
    assertThat(Waves.together(3, 16)).isEqualTo(3);
    assertThat(Waves.together(20, 500)).isEqualTo(1);
  }

  @Test
  void aSingleRowIsSampledHoweverLittleMemoryThereIs() {
    List<SampleRequest> requests = requests(2, 30, 3);
    assertThat(waves.of(requests, 0)).hasSize(6);
    assertThat(waves.most(30, 2, 3, 0)).isEqualTo(waves.keyValues(30, 1));
  }
}
