package toolr0.torch.policy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import toolr0.base.Seed;
import toolr0.chat.ChatRenderer;
import toolr0.policy.Completion;
import toolr0.policy.Device;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Group;
import toolr0.policy.Learner;
import toolr0.policy.LearnerMetrics;
import toolr0.policy.LossSpec;
import toolr0.policy.PassSpec;
import toolr0.policy.PolicyException;
import toolr0.policy.Sampler;
import toolr0.policy.TrainingGroup;
import toolr0.torch.model.Transformer;
import toolr0.torch.policy.MicroBatches.Member;
import toolr0.torch.policy.MicroBatches.MicroBatch;
import toolr0.torch.system.Heap;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * GRPO's learner: the clipped policy-gradient loss of TRL's {@code GRPOTrainer} on packed groups. A
 * completion whose advantage is 0 has no gradient when {@code beta} is 0 and is then left out of
 * the passes; the averages of the loss still count it.
 */
final class TorchLearner implements Learner {
  private final LoadedModel loaded;
  private final AdamW optimizer;
  private final PassSpec passSpec;
  private final Seed seed;
  private final Optional<FrozenPolicy> reference;
  private final TorchSampler sampler;
  private final Replicas replicas;
  private final String name;

  TorchLearner(
      LoadedModel loaded,
      String name,
      AdamW optimizer,
      PassSpec passSpec,
      Seed seed,
      Optional<FrozenPolicy> reference) {
    this.loaded = loaded;
    this.name = name;
    this.optimizer = optimizer;
    this.passSpec = passSpec;
    this.seed = seed;
    this.reference = reference;
    this.sampler = loaded.sampler(name, optimizer::steps);
    this.replicas = new Replicas(loaded.model());
  }

  @Override
  public Sampler sampler() {
    return sampler;
  }

  @Override
  public ChatRenderer renderer() {
    return loaded.renderer();
  }

  @Override
  public int contextLength() {
    return loaded.contextLength();
  }

  @Override
  public long steps() {
    return optimizer.steps();
  }

  @Override
  public LearnerMetrics step(
      List<TrainingGroup> batch, LossSpec loss, int numIterations, double learningRate) {
    if (loss.beta() != 0 && reference.isEmpty()) {
      throw new IllegalArgumentException(
          "beta is %s, but the learner was opened without a reference".formatted(loss.beta()));
    }
    List<MicroBatch> passes = replicas.plan(parts(batch, loss), passSpec.tokensPerMicroBatch());
    TokenWeights tokenWeights = TokenWeights.of(batch, loss);
    List<float[]> referenceLogProbs =
        loss.beta() == 0 ? List.of() : referenceLogProbs(batch, passes, loss.temperature());
    Seed dropout = seed.derive("dropout").derive(optimizer.steps());
    List<float[]> oldLogProbs = new ArrayList<>();
    for (int i = 0; numIterations > 1 && i < passes.size(); i++) {
      oldLogProbs.add(
          LmHead.logProbs(
              dropping(loaded.model(), dropout.derive(i)),
              passes.get(i).packed(),
              loss.temperature(),
              passSpec));
    }
    Totals totals = new Totals();
    for (int iteration = 0; iteration < numIterations; iteration++) {
      totals = new Totals();
      optimizer.zeroGrad();
      List<Totals> byPass =
          replicas.run(
              passes,
              (model, pass, i) ->
                  pass(
                      dropping(model, dropout.derive(i)),
                      batch,
                      pass,
                      loss,
                      passSpec,
                      tokenWeights,
                      at(oldLogProbs, i),
                      at(referenceLogProbs, i)));
      for (int i = 0; i < passes.size(); i++) {
        if (!Double.isFinite(byPass.get(i).loss)) {
          throw notFinite("loss", byPass.get(i).loss, batch, passes.get(i).members());
        }
        totals.add(byPass.get(i));
      }
      totals.gradNorm = optimizer.gradNorm();
      if (!Double.isFinite(totals.gradNorm)) {
        throw notFinite(
            "grad_norm",
            totals.gradNorm,
            batch,
            passes.stream().flatMap(p -> p.members().stream()).toList());
      }
      double scale =
          loss.maxGradNorm() > 0 ? Math.min(1, loss.maxGradNorm() / (totals.gradNorm + 1e-6)) : 1;
      optimizer.step(learningRate, scale);
    }
    return totals.metrics(passes.stream().mapToLong(p -> p.packed().rows()).sum());
  }

  /**
   * The model of one pass, which leaves out what this step and pass draw: the same whenever the
   * batch is used, so that a ratio tells how far the adapters have moved and nothing else.
   */
  private static Transformer dropping(Transformer model, Seed pass) {
    return model.adapters().isEmpty() ? model : model.dropping(pass);
  }

  private static List<MicroBatches.Part> parts(List<TrainingGroup> batch, LossSpec loss) {
    List<MicroBatches.Part> parts = new ArrayList<>();
    for (int g = 0; g < batch.size(); g++) {
      Group group = batch.get(g).group();
      List<Integer> members = new ArrayList<>();
      List<int[]> completions = new ArrayList<>();
      for (int m = 0; m < group.completionsG().size(); m++) {
        Completion completion = group.completionsG().get(m);
        boolean masked = loss.maskTruncatedCompletions() && completion.truncated();
        boolean moves = loss.beta() != 0 || batch.get(g).advantagesG()[m] != 0;
        if (!masked && moves && completion.tokenIdsT().length > 0) {
          members.add(m);
          completions.add(completion.tokenIdsT());
        }
      }
      if (!members.isEmpty()) {
        parts.add(new MicroBatches.Part(g, group.prompt().tokenIds(), members, completions));
      }
    }
    return parts;
  }

  private List<float[]> referenceLogProbs(
      List<TrainingGroup> batch, List<MicroBatch> passes, double temperature) {
    FrozenPolicy frozen = reference.orElseThrow();
    List<float[][]> byGroup =
        batch.stream()
            .map(g -> frozen.logProbsGT(g.group(), temperature).toArray(float[][]::new))
            .toList();
    return passes.stream()
        .map(
            pass -> {
              float[] packed = new float[pass.packed().targetIdsM().length];
              int at = 0;
              for (Member member : pass.members()) {
                float[] part = byGroup.get(member.group())[member.member()];
                System.arraycopy(part, 0, packed, at, part.length);
                at += part.length;
              }
              return packed;
            })
        .toList();
  }

  private static Optional<float[]> at(List<float[]> byPass, int index) {
    return byPass.isEmpty() ? Optional.empty() : Optional.of(byPass.get(index));
  }

  private static Totals pass(
      Transformer model,
      List<TrainingGroup> batch,
      MicroBatch pass,
      LossSpec loss,
      PassSpec passSpec,
      TokenWeights tokenWeights,
      Optional<float[]> old,
      Optional<float[]> referenceM) {
    Totals totals = new Totals();
    int targets = pass.packed().targetIdsM().length;
    float[] weightsM = new float[targets];
    float[] advantagesM = new float[targets];
    float[] sampledM = new float[targets];
    int at = 0;
    for (Member member : pass.members()) {
      TrainingGroup group = batch.get(member.group());
      Completion completion = group.group().completionsG().get(member.member());
      float weight = (float) tokenWeights.of(completion);
      for (float logProb : completion.logProbsT()) {
        weightsM[at] = weight;
        advantagesM[at] = (float) group.advantagesG()[member.member()];
        sampledM[at++] = logProb;
      }
    }
    try (TensorScope scope = TensorScope.open()) {
      Device device = model.device();
      Tensor weights = Tensors.floats(device, weightsM);
      Tensor advantages = Tensors.floats(device, advantagesM);
      Tensor sampled = Tensors.floats(device, sampledM);
      Optional<Tensor> oldM = old.map(values -> Tensors.floats(device, values));
      Optional<Tensor> refM = referenceM.map(values -> Tensors.floats(device, values));
      LmHead.accumulate(
          model,
          pass.packed(),
          loss.temperature(),
          passSpec,
          (logProbs, entropy, from) -> {
            long length = logProbs.size(0);
            Tensor now = logProbs.detach();
            Tensor before = oldM.map(o -> o.narrow(0, from, length)).orElse(now);
            Tensor a = advantages.narrow(0, from, length);
            Tensor ratio = logProbs.sub(before).exp();
            Tensor clipped = ratio.clamp(some(1 - loss.epsilon()), some(1 + loss.epsilonHigh()));
            Tensor perToken = ratio.mul(a).minimum(clipped.mul(a)).neg();
            totals.tokens(now, sampled.narrow(0, from, length), entropy);
            totals.clips(ratio.detach(), a, loss);
            if (refM.isPresent()) {
              Tensor difference = refM.get().narrow(0, from, length).sub(logProbs);
              Tensor kl = difference.exp().sub(difference).sub(Tensors.scalar(1));
              perToken = perToken.add(kl.mul(Tensors.scalar(loss.beta())));
              totals.kl += kl.detach().sum().item_double();
            }
            Tensor value = perToken.mul(weights.narrow(0, from, length)).sum();
            totals.loss += value.item_double();
            return value;
          });
    }
    return totals;
  }

  private static ScalarOptional some(double value) {
    return new ScalarOptional(new Scalar(value));
  }

  private PolicyException notFinite(
      String what, double value, List<TrainingGroup> batch, List<Member> members) {
    String completions =
        members.stream()
            .map(m -> batch.get(m.group()).group().prompt().id() + " member " + m.member())
            .collect(Collectors.joining(", "));
    return new PolicyException(
        "%s of policy %s is %s in optimizer step %d, which was not applied; it comes from the completions %s"
            .formatted(what, name, value, optimizer.steps() + 1, completions));
  }

  @Override
  public void save(Path checkpointDirectory) {
    loaded.save(checkpointDirectory, optimizer::save);
    Heap.trim();
  }

  @Override
  public void close() {
    optimizer.close();
    replicas.close();
    loaded.close();
  }

  /** Sums over the tokens of a step. */
  private static final class Totals {
    double loss;
    double gradNorm;
    double kl;
    private double entropy;
    private double low;
    private double high;
    private double difference;
    private double largestDifference;
    private long tokens;

    void add(Totals other) {
      loss += other.loss;
      kl += other.kl;
      entropy += other.entropy;
      low += other.low;
      high += other.high;
      difference += other.difference;
      largestDifference = Math.max(largestDifference, other.largestDifference);
      tokens += other.tokens;
    }

    void tokens(Tensor now, Tensor sampled, Tensor entropyM) {
      tokens += now.size(0);
      Tensor gap = now.sub(sampled).abs();
      difference += gap.sum().item_double();
      largestDifference = Math.max(largestDifference, gap.max().item_double());
      entropy += entropyM.sum().item_double();
    }

    void clips(Tensor ratio, Tensor advantages, LossSpec loss) {
      float[] ratios = Tensors.toFloats(ratio);
      float[] a = Tensors.toFloats(advantages);
      for (int i = 0; i < a.length; i++) {
        low += ratios[i] < 1 - loss.epsilon() && a[i] < 0 ? 1 : 0;
        high += ratios[i] > 1 + loss.epsilonHigh() && a[i] > 0 ? 1 : 0;
      }
    }

    LearnerMetrics metrics(long rows) {
      double n = Math.max(1, tokens);
      return new LearnerMetrics(
          loss,
          gradNorm,
          entropy / n,
          kl / n,
          low / n,
          high / n,
          difference / n,
          largestDifference,
          rows);
    }
  }
}
