package toolr0.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import toolr0.base.FileTrees;
import toolr0.base.Seed;
import toolr0.chat.Message;
import toolr0.chat.Tokenizer;
import toolr0.pocket.BpeVocabulary;
import toolr0.pocket.Imperfections;
import toolr0.pocket.Lesson;
import toolr0.pocket.PocketCorpus;
import toolr0.pocket.PocketLexicon;
import toolr0.policy.OptimizerSpec;
import toolr0.policy.PassSpec;
import toolr0.prompt.PromptBuilder;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.ModelFamily;
import toolr0.torch.checkpoint.Rope;
import toolr0.torch.model.Compute;
import toolr0.torch.model.Weights;
import toolr0.torch.policy.LoadedModel;
import toolr0.torch.policy.Pretrainer;
import toolr0.torch.text.HfTokenizer;

/**
 * Makes the embedded base model from nothing but a seed: its corpus, its vocabulary, its weights.
 *
 * @param seed of everything that is drawn
 * @param steps optimizer steps
 */
record PocketPretraining(Seed seed, int steps, Compute compute) {
  /** Steps of the embedded model. */
  static final int STEPS = 2200;

  static final int VOCABULARY = 1024;
  static final int CONTEXT = 1024;
  static final int LESSONS_PER_STEP = 20;
  static final int REPETITION_STEPS = 260;
  static final int REPETITIONS_PER_STEP = 32;
  private static final int FIRST_REPEATED_ID = 64;
  private static final int VOCABULARY_LESSONS = 4000;
  private static final String END_OF_TEXT = "<|endoftext|>";
  private static final String END_OF_TURN = "<|im_end|>";

  /** The model's dimensions. */
  static ModelConfig config(int endOfText, int endOfTurn) {
    return new ModelConfig(
        new ModelFamily.Qwen2(),
        VOCABULARY,
        192,
        512,
        5,
        3,
        1,
        64,
        1e-6,
        Rope.of(10_000),
        CONTEXT,
        true,
        0.02,
        OptionalInt.empty(),
        List.of(endOfTurn, endOfText),
        OptionalInt.of(endOfText),
        1);
  }

  /** Number of the model's parameters. */
  long parameters() {
    return config(0, 0).parameterCount();
  }

  /** The optimizer's settings. */
  Pretrainer.Recipe recipe() {
    return new Pretrainer.Recipe(
        steps,
        2e-3,
        2,
        Math.min(100, steps / 10 + 1),
        0.05,
        1.0,
        new OptimizerSpec(OptimizerSpec.Optim.ADAMW, 0.9, 0.95, 1e-8, 0.05),
        PassSpec.ofTokens(2048));
  }

  /**
   * Trains and writes the checkpoint.
   *
   * @param out the folder; it appears whole or not at all
   * @param listener hears every step
   * @param stopRequested asked before each step
   * @return false when it stopped because it was asked to; nothing is written then
   */
  boolean run(Path out, Consumer<Pretrainer.Progress> listener, BooleanSupplier stopRequested)
      throws IOException {
    PocketCorpus corpus =
        new PocketCorpus(
            PocketLexicon.load(), PromptBuilder.of(PromptBuilder.BRIEF), Imperfections.standard());
    Path parts = Files.createTempDirectory("toolr0-tokenizer");
    try {
      return run(corpus, parts, out, listener, stopRequested);
    } finally {
      FileTrees.delete(parts);
    }
  }

  private boolean run(
      PocketCorpus corpus,
      Path parts,
      Path out,
      Consumer<Pretrainer.Progress> listener,
      BooleanSupplier stopRequested)
      throws IOException {
    BpeVocabulary vocabulary =
        corpus.vocabulary(seed.derive("vocabulary"), VOCABULARY_LESSONS, VOCABULARY);
    vocabulary.write(parts, CONTEXT);
    ModelConfig config;
    try (HfTokenizer tokenizer = HfTokenizer.open(parts)) {
      config = config(specialId(tokenizer, END_OF_TEXT), specialId(tokenizer, END_OF_TURN));
    }
    Weights weights = Weights.random(config, compute.device(), seed);
    try (LoadedModel model = new LoadedModel(parts, weights, compute.precision())) {
      Seed lessons = seed.derive("lessons");
      PretrainingRecord record = new PretrainingRecord(steps);
      long start = System.nanoTime();
      boolean complete =
          Pretrainer.run(
              model,
              recipe(),
              step -> examples(corpus, model, lessons, step),
              progress -> {
                record.add(progress);
                listener.accept(progress);
              },
              stopRequested);
      if (complete) {
        double seconds = (System.nanoTime() - start) / 1e9;
        model.save(out, folder -> record.write(folder, this, seconds));
      }
      return complete;
    }
  }

  private List<Pretrainer.Example> examples(
      PocketCorpus corpus, LoadedModel model, Seed lessons, int step) {
    List<Pretrainer.Example> examples = new ArrayList<>();
    if (step < REPETITION_STEPS) {
      for (int i = 0; i < REPETITIONS_PER_STEP; i++) {
        examples.add(repetition(model, lessons.derive("repetition").derive(step).derive(i)));
      }
      return examples;
    }
    int lessonStep = step - REPETITION_STEPS;
    double progress = lessonStep / (double) (steps - REPETITION_STEPS);
    for (int i = 0; i < LESSONS_PER_STEP; i++) {
      Lesson lesson = corpus.lesson(lessons, (long) lessonStep * LESSONS_PER_STEP + i, progress);
      examples.add(example(model, lesson));
    }
    return examples;
  }

  /** Random ids to be repeated: each stands in few places, so that only copying predicts them. */
  private static Pretrainer.Example repetition(LoadedModel model, Seed seed) {
    SplittableRandom random = seed.random();
    int[] ids = random.ints(4 + random.nextInt(20), FIRST_REPEATED_ID, VOCABULARY).toArray();
    int[] before = model.renderer().render(List.of(Message.user("Repeat: ")), true);
    int[] opening = model.tokenizer().encode("Repeat: ");
    int start = indexAfter(before, opening);
    int[] prompt = new int[before.length + ids.length];
    System.arraycopy(before, 0, prompt, 0, start);
    System.arraycopy(ids, 0, prompt, start, ids.length);
    System.arraycopy(before, start, prompt, start + ids.length, before.length - start);
    return new Pretrainer.Example(prompt, ended(ids, model), "repetition");
  }

  private static int indexAfter(int[] ids, int[] part) {
    for (int at = 0; at + part.length <= ids.length; at++) {
      if (Arrays.equals(ids, at, at + part.length, part, 0, part.length)) {
        return at + part.length;
      }
    }
    throw new IllegalStateException("the chat format does not keep its text");
  }

  private static int[] ended(int[] ids, LoadedModel model) {
    int[] answer = Arrays.copyOf(ids, ids.length + 1);
    answer[ids.length] = specialId(model.tokenizer(), END_OF_TURN);
    return answer;
  }

  private static int specialId(Tokenizer tokenizer, String token) {
    return tokenizer.specialId(token).orElseThrow();
  }

  private static Pretrainer.Example example(LoadedModel model, Lesson lesson) {
    int[] prompt = model.renderer().render(lesson.messages(), true);
    int[] answer = ended(model.tokenizer().encode(lesson.answer()), model);
    return new Pretrainer.Example(
        prompt, answer, lesson.kind().name().toLowerCase(java.util.Locale.ROOT));
  }
}
