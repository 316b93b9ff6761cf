package toolr0.pocket;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import toolr0.base.Seed;
import toolr0.chat.Message;
import toolr0.pocket.Lesson.Kind;
import toolr0.pocket.PocketTasks.Part;
import toolr0.prompt.PromptBuilder;
import toolr0.task.ContextType;
import toolr0.task.ControlSpec;
import toolr0.task.Task;
import toolr0.tool.CallWriter;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolMenus;
import toolr0.tool.ToolSpec;

/**
 * The pocket model's pre-training text: the chats that the roles hold, written out by procedure,
 * and plain repetitions. Short lessons come before long ones, clean ones before flawed ones.
 */
public final class PocketCorpus {
  /** Where the mixture of kinds and the lengths reach their final form. */
  private static final double SETTLED = 0.4;

  /** Between these two the flaws rise from none to their rates. */
  private static final double FIRST_FLAWS = 0.45;

  private static final double ALL_FLAWS = 0.7;

  private final PocketLexicon lexicon;
  private final PocketTasks tasks;
  private final CallFlaws flaws;
  private final PromptBuilder prompts;
  private final Imperfections imperfections;

  /**
   * A corpus.
   *
   * @param prompts the texts in which self-play will ask the roles
   */
  public PocketCorpus(PocketLexicon lexicon, PromptBuilder prompts, Imperfections imperfections) {
    this.lexicon = lexicon;
    this.tasks = new PocketTasks(lexicon, Part.CORPUS);
    this.flaws = new CallFlaws(lexicon, tasks);
    this.prompts = prompts;
    this.imperfections = imperfections;
  }

  /**
   * The lesson at a place of the corpus, a pure function of its arguments.
   *
   * @param index which of the seed's lessons, at least 0
   * @param progress share of the training done before it, from 0 to 1
   */
  public Lesson lesson(Seed seed, long index, double progress) {
    Dice dice = new Dice(seed.derive(index));
    double settled = Math.clamp(progress / SETTLED, 0, 1);
    double copy = 0.25 - 0.17 * settled;
    double judge = 0.04;
    double generator = 0.12 + 0.26 * settled;
    Kind kind =
        List.of(Kind.COPY, Kind.JUDGE, Kind.GENERATOR, Kind.SOLVER)
            .get(dice.weighted(copy, judge, generator, 1 - copy - judge - generator));
    if (kind == Kind.COPY) {
      return dice.chance(0.5) ? pieces(dice) : copy(dice, settled);
    }
    Imperfections rates =
        imperfections.scaled(
            Math.clamp((progress - FIRST_FLAWS) / (ALL_FLAWS - FIRST_FLAWS), 0, 1));
    int mostTools = 2 + (int) Math.round((kind == Kind.SOLVER ? 6 : 2) * settled);
    ControlSpec spec = spec(dice, settled, mostTools);
    int mostParameters = 1 + (int) Math.min(2, settled * 4);
    return switch (kind) {
      case SOLVER -> solver(dice, rates, tasks.draft(dice, spec, mostParameters));
      case GENERATOR -> generator(dice, rates, spec, mostParameters);
      default -> judge(dice, rates, tasks.draft(dice, spec, mostParameters));
    };
  }

  /**
   * The pocket model's vocabulary, learned from lessons of a corpus.
   *
   * @param lessons how many lessons to read, spread evenly over the first half of the corpus
   * @param size number of tokens, the special ones included
   */
  public BpeVocabulary vocabulary(Seed seed, int lessons, int size) {
    var trainer = new BpeTrainer();
    for (int i = 0; i < lessons; i++) {
      Lesson lesson = lesson(seed, i, SETTLED * i / lessons);
      for (Message message : lesson.messages()) {
        trainer.add(message.role().wireName());
        trainer.add(message.content());
      }
      trainer.add(lesson.answer());
    }
    return trainer.train(size);
  }

  private ControlSpec spec(Dice dice, double settled, int mostTools) {
    String domain = dice.pick(lexicon.domains());
    if (settled < 0.2) {
      return new ControlSpec(domain, ContextType.SINGLE_TURN, mostTools, 1);
    }
    return switch (dice.weighted(0.24, 0.29, 0.09, 0.15, 0.23)) {
      case 0 -> new ControlSpec(domain, ContextType.SINGLE_TURN, few(dice, mostTools), 1);
      case 1 ->
          new ControlSpec(
              domain,
              ContextType.SINGLE_TURN,
              few(dice, mostTools),
              settled > 0.5 && dice.chance(0.2) ? 3 : 2);
      case 2 ->
          new ControlSpec(
              domain, ContextType.SINGLE_TURN, Math.min(mostTools, dice.between(5, 8)), 1);
      case 3 -> new ControlSpec(domain, ContextType.MULTI_TURN, few(dice, mostTools), 1);
      default ->
          new ControlSpec(
              domain,
              dice.chance(0.15) ? ContextType.MULTI_TURN : ContextType.SINGLE_TURN,
              few(dice, mostTools),
              0);
    };
  }

  private static int few(Dice dice, int mostTools) {
    return Math.min(mostTools, 2 + dice.weighted(0.45, 0.35, 0.2));
  }

  /**
   * Distinct pieces without a space between them, each of which has one place to be copied from:
   * what makes the copying circuit appear.
   */
  private Lesson pieces(Dice dice) {
    var pieces = new LinkedHashSet<String>();
    for (int i = dice.between(4, 20); i > 0; i--) {
      PocketLexicon.Domain domain = lexicon.domain(dice.pick(lexicon.domains()));
      String parameter = dice.pick(domain.parameters()).name();
      pieces.add(
          switch (dice.between(0, 3)) {
            case 0 -> parameter;
            case 1 -> dice.pick(domain.nouns());
            default -> tasks.value(dice, parameter);
          });
    }
    String text = String.join("", pieces);
    return new Lesson(Kind.COPY, List.of(Message.user("Repeat: " + text)), text);
  }

  private Lesson copy(Dice dice, double settled) {
    int length = dice.between(2, 6 + (int) (10 * settled));
    var words = new ArrayList<String>();
    for (int i = 0; i < length; i++) {
      PocketLexicon.Domain domain = lexicon.domain(dice.pick(lexicon.domains()));
      String parameter = dice.pick(domain.parameters()).name();
      switch (dice.weighted(0.6, 0.2, 0.1, 0.1)) {
        case 0 -> words.add(tasks.value(dice, parameter));
        case 1 -> words.add(parameter + " " + tasks.value(dice, parameter));
        case 2 -> words.add(dice.pick(tasks.toolNames(domain.name())));
        default -> words.add(dice.pick(domain.nouns()));
      }
    }
    String text = String.join(" ", words);
    return new Lesson(Kind.COPY, List.of(Message.user("Repeat: " + text)), text);
  }

  private Lesson solver(Dice dice, Imperfections rates, PocketDraft draft) {
    List<Message> chat = prompts.solver(draft.question(), draft.menu());
    return new Lesson(Kind.SOLVER, chat, solverAnswer(dice, rates, draft));
  }

  private String solverAnswer(Dice dice, Imperfections rates, PocketDraft draft) {
    List<ToolCall> gold = draft.gold(lexicon);
    String clean = PocketAnswers.solver(draft.thought(), gold);
    if (!draft.answerable()) {
      if (dice.chance(rates.callWhenNoneFits())) {
        ToolSpec tool = lookalike(draft);
        String thought = draft.requests().getFirst().wish();
        return PocketAnswers.solver(thought, List.of(draft.forced(tool, lexicon)));
      }
      return dice.chance(rates.missingBlock()) ? PocketAnswers.withoutBlock(dice, clean) : clean;
    }
    if (gold.size() > 1 && dice.chance(rates.firstCallOnly())) {
      return PocketAnswers.solver(draft.requests().getFirst().wish(), gold.subList(0, 1));
    }
    if (gold.stream().anyMatch(c -> c.arguments().size() > 1)
        && dice.chance(gold.size() > 1 ? rates.droppedArgument() / 4 : rates.droppedArgument())) {
      return PocketAnswers.solver(draft.thought(), flaws.dropLast(dice, gold));
    }
    return switch (dice.weighted(
        rates.wrongTool(),
        rates.alteredValue(),
        rates.swappedArguments(),
        rates.addedArgument(),
        rates.brokenJson(),
        rates.missingBlock(),
        Math.max(
            0,
            1
                - rates.wrongTool()
                - rates.alteredValue()
                - rates.swappedArguments()
                - rates.addedArgument()
                - rates.brokenJson()
                - rates.missingBlock()))) {
      case 0 -> wrongTool(dice, draft).orElse(clean);
      case 1 -> PocketAnswers.solver(draft.thought(), flaws.alter(dice, gold));
      case 2 -> PocketAnswers.solver(draft.thought(), flaws.swap(dice, gold));
      case 3 ->
          PocketAnswers.solver(
              draft.thought(), flaws.add(dice, gold, draft.spec().domain(), draft.menu()));
      case 4 -> {
        String json = CallWriter.write(gold);
        yield clean.replace(json, PocketAnswers.broken(dice, json));
      }
      case 5 -> PocketAnswers.withoutBlock(dice, clean);
      default -> clean;
    };
  }

  private Optional<String> wrongTool(Dice dice, PocketDraft draft) {
    List<ToolSpec> others =
        draft.menu().stream()
            .filter(t -> draft.requests().stream().noneMatch(r -> r.tool().equals(t)))
            .toList();
    if (others.isEmpty()) {
      return Optional.empty();
    }
    ToolSpec tool = dice.pick(others);
    var calls = new ArrayList<>(draft.gold(lexicon));
    calls.set(0, draft.forced(tool, lexicon));
    var wishes = new ArrayList<String>();
    draft.requests().forEach(r -> wishes.add(r.wish()));
    wishes.set(0, tool.description());
    return Optional.of(PocketAnswers.solver(String.join(", ", wishes), calls));
  }

  /** The first tool of the menu that shares a word with what is asked, else the first. */
  private static ToolSpec lookalike(PocketDraft draft) {
    PocketDraft.Request request = draft.requests().getFirst();
    return draft.menu().stream()
        .filter(t -> t.name().endsWith("_" + request.noun()))
        .findFirst()
        .or(
            () ->
                draft.menu().stream()
                    .filter(t -> t.name().startsWith(request.verb() + "_"))
                    .findFirst())
        .orElse(draft.menu().getFirst());
  }

  private Lesson generator(Dice dice, Imperfections rates, ControlSpec asked, int mostParameters) {
    int flaw =
        dice.weighted(
            rates.generatorBrokenJson(),
            rates.generatorMissingBlock(),
            rates.generatorToolCount(),
            rates.generatorCallCount(),
            rates.generatorUngroundedValue(),
            rates.generatorUnknownTool(),
            rates.generatorMissingArgument(),
            Math.max(
                0,
                1
                    - rates.generatorBrokenJson()
                    - rates.generatorMissingBlock()
                    - rates.generatorToolCount()
                    - rates.generatorCallCount()
                    - rates.generatorUngroundedValue()
                    - rates.generatorUnknownTool()
                    - rates.generatorMissingArgument()));
    ControlSpec written =
        switch (flaw) {
          case 2 -> withTools(asked, asked.numTools() + (dice.chance(0.5) ? 1 : -1));
          case 3 -> withCalls(asked, asked.numCalls() == 1 ? 2 * dice.between(0, 1) : 1);
          default -> asked;
        };
    PocketDraft draft = tasks.draft(dice, written, mostParameters).neededFirst();
    List<ToolCall> gold = draft.gold(lexicon);
    String menu = ToolMenus.write(draft.menu());
    String calls = CallWriter.write(gold);
    String clean = PocketAnswers.generator(draft.task(lexicon));
    String answer =
        switch (flaw) {
          case 0 ->
              dice.chance(0.5)
                  ? PocketAnswers.generator(
                      draft.question(), PocketAnswers.broken(dice, menu), calls)
                  : PocketAnswers.generator(
                      draft.question(), menu, PocketAnswers.broken(dice, calls));
          case 1 -> PocketAnswers.withoutBlock(dice, clean);
          case 4 -> PocketAnswers.generator(draft, flaws.alter(dice, gold));
          case 5 ->
              gold.isEmpty()
                  ? clean
                  : PocketAnswers.generator(
                      draft, flaws.unknownTool(dice, gold, asked.domain(), draft.menu()));
          case 6 -> PocketAnswers.generator(draft, flaws.dropLast(dice, gold));
          default -> clean;
        };
    return new Lesson(Kind.GENERATOR, prompts.generator(asked), answer);
  }

  private static ControlSpec withTools(ControlSpec spec, int numTools) {
    return new ControlSpec(
        spec.domain(), spec.contextType(), Math.max(1, numTools), spec.numCalls());
  }

  private static ControlSpec withCalls(ControlSpec spec, int numCalls) {
    return new ControlSpec(spec.domain(), spec.contextType(), spec.numTools(), numCalls);
  }

  private Lesson judge(Dice dice, Imperfections rates, PocketDraft draft) {
    List<ToolCall> gold = draft.gold(lexicon);
    int score = 5;
    String question = draft.question();
    List<ToolCall> calls = gold;
    if (dice.chance(rates.judgeFlawedTask())) {
      switch (dice.weighted(1, 1, 1, 1, 1)) {
        case 0 -> {
          question = PocketPhrases.vague(dice);
          score = 1;
        }
        case 1 -> {
          if (gold.isEmpty()) {
            calls = List.of(draft.forced(lookalike(draft), lexicon));
          } else {
            calls = flaws.unknownTool(dice, gold, draft.spec().domain(), draft.menu());
          }
          score = 1;
        }
        case 2 -> {
          calls = flaws.alter(dice, gold);
          score = calls.equals(gold) ? 5 : 2;
        }
        case 3 -> {
          calls = flaws.dropLast(dice, gold);
          score = calls.equals(gold) ? 5 : 3;
        }
        default -> {
          calls = gold.size() > 1 ? gold.subList(0, gold.size() - 1) : List.of();
          score = calls.equals(gold) ? 5 : 2;
        }
      }
    }
    if (dice.chance(rates.judgeOffByOne())) {
      score = Math.clamp(score + (dice.chance(0.5) ? 1 : -1), 1, 5);
    }
    Task task = new Task(question, draft.menu(), calls);
    return new Lesson(Kind.JUDGE, prompts.judge(task), Integer.toString(score));
  }
}
