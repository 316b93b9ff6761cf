package toolr0.grpo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import toolr0.base.Seed;
import toolr0.policy.Group;
import toolr0.policy.Prompt;
import toolr0.policy.SampleRequest;

/**
 * All groups drawn for one step: the step's own, and those that were drawn in the place of groups
 * without signal. What a step measures (rewards, groups by cause) is measured on its own groups,
 * which are not selected; what it learns from is {@link #trained}.
 */
final class StepDraws {
  private final List<Draw> draws = new ArrayList<>();
  private final int[] drawOfPlace;
  private long sampleNanos;
  private long scoreNanos;

  /**
   * Groups drawn and scored together.
   *
   * @param round 0 for the step's own groups, else the refill's round
   * @param places the place of each group in the step
   */
  record Draw(
      int round,
      List<Integer> places,
      List<Group> groups,
      StepScores scores,
      List<double[]> rewardsPG) {}

  /** A group with its rewards. */
  record Scored(Group group, double[] rewardsG) {}

  private StepDraws(int places) {
    this.drawOfPlace = new int[places];
  }

  /**
   * Draws a step's groups, and up to {@code max_refills} times others for those without signal.
   *
   * @param seed the trainer's
   * @param sample samples groups for requests of a step
   */
  static StepDraws of(
      int step,
      GrpoConfig config,
      Environment env,
      Seed seed,
      BiFunction<Integer, List<SampleRequest>, List<Group>> sample) {
    long begin = System.nanoTime();
    List<Prompt> prompts = env.prompts(step);
    StepDraws all = new StepDraws(prompts.size());
    Seed sampleSeed = seed.derive("sample").derive(step);
    List<Integer> places = IntStream.range(0, prompts.size()).boxed().toList();
    List<Group> groups = sample.apply(step, requests(prompts, places, config, sampleSeed));
    long sampled = System.nanoTime();
    all.add(0, places, groups, env.score(step, groups), env);
    all.sampleNanos += sampled - begin;
    all.scoreNanos += System.nanoTime() - sampled;
    for (int round = 1; round <= config.maxRefills(); round++) {
      List<Integer> dead = places.stream().filter(p -> !all.live(p, env)).toList();
      if (dead.isEmpty()) {
        break;
      }
      all.refill(new Refill(step, round, dead), config, env, seed, sample);
    }
    return all;
  }

  private void refill(
      Refill refill,
      GrpoConfig config,
      Environment env,
      Seed seed,
      BiFunction<Integer, List<SampleRequest>, List<Group>> sample) {
    long begin = System.nanoTime();
    Seed refillSeed = seed.derive("refill").derive(refill.step()).derive(refill.round());
    List<Group> groups =
        sample.apply(
            refill.step(), requests(env.prompts(refill), refill.places(), config, refillSeed));
    long sampled = System.nanoTime();
    add(refill.round(), refill.places(), groups, env.score(refill, groups), env);
    sampleNanos += sampled - begin;
    scoreNanos += System.nanoTime() - sampled;
  }

  private static List<SampleRequest> requests(
      List<Prompt> prompts, List<Integer> places, GrpoConfig config, Seed seed) {
    return IntStream.range(0, prompts.size())
        .mapToObj(
            i ->
                new SampleRequest(
                    prompts.get(i), config.numGenerations(), seed.derive(places.get(i))))
        .toList();
  }

  private void add(
      int round, List<Integer> places, List<Group> groups, StepScores scores, Environment env) {
    Draw draw = new Draw(round, places, groups, scores, Rewards.weighted(env, scores));
    int index = draws.size();
    draws.add(draw);
    for (int i = 0; i < places.size(); i++) {
      if (isLive(draw.rewardsPG.get(i), env)) {
        drawOfPlace[places.get(i)] = index;
      }
    }
  }

  private boolean live(int place, Environment env) {
    return isLive(trained(place).rewardsG, env);
  }

  private static boolean isLive(double[] rewardsG, Environment env) {
    return GroupSignal.of(rewardsG, env.maximumReward()) == GroupSignal.LIVE;
  }

  /** All draws, the step's own first. */
  List<Draw> draws() {
    return draws;
  }

  /** The step's own groups. */
  Draw own() {
    return draws.getFirst();
  }

  /**
   * The group that is learned from in each place: the first with signal, the step's own when there
   * is none.
   */
  List<Scored> trained() {
    return IntStream.range(0, drawOfPlace.length).mapToObj(this::trained).toList();
  }

  private Scored trained(int place) {
    Draw draw = draws.get(drawOfPlace[place]);
    int index = draw.places.indexOf(place);
    return new Scored(draw.groups.get(index), draw.rewardsPG.get(index));
  }

  /** Whether a draw's group is the one that is learned from in its place. */
  boolean isTrained(int draw, int place) {
    return drawOfPlace[place] == draw;
  }

  /** Places whose group was drawn as a replacement. */
  int refilledPlaces() {
    return (int) Arrays.stream(drawOfPlace).filter(d -> d > 0).count();
  }

  /** Groups drawn in all. */
  int groups() {
    return draws.stream().mapToInt(d -> d.groups.size()).sum();
  }

  long sampledTokens() {
    return draws.stream()
        .flatMap(d -> d.groups.stream())
        .flatMap(g -> g.completionsG().stream())
        .mapToLong(c -> c.tokenIdsT().length)
        .sum();
  }

  long sampleNanos() {
    return sampleNanos;
  }

  long scoreNanos() {
    return scoreNanos;
  }
}
