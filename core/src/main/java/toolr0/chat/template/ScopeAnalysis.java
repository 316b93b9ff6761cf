package toolr0.chat.template;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import toolr0.chat.template.Stmt.Body;

/**
 * What Jinja2 decides about names before it renders. Names are looked up where they are read,
 * except that a body which sets a name before it reads it, while nothing around it speaks of that
 * name, does not see a variable of the caller with the same name: neither do bodies within it. And
 * a filter or test that does not exist is an error even where nothing uses it, unless it stands in
 * a branch.
 */
final class ScopeAnalysis {
  private final IdentityHashMap<Body, List<String>> hidden = new IdentityHashMap<>();
  private final TokenStream stream;

  private ScopeAnalysis(TokenStream stream) {
    this.stream = stream;
  }

  /**
   * The names that are undefined when a body begins, for every body with a scope of its own.
   *
   * @throws TemplateException for a filter or test that does not exist
   */
  static Function<Body, List<String>> hiddenNames(Body template, TokenStream stream) {
    ScopeAnalysis analysis = new ScopeAnalysis(stream);
    analysis.frame(Optional.empty(), template, visitor -> {}, visitor -> {});
    return body -> analysis.hidden.getOrDefault(body, List.of());
  }

  private void frame(
      Optional<Symbols> around,
      Body body,
      Consumer<FrameVisitor> before,
      Consumer<FrameVisitor> after) {
    Symbols symbols = new Symbols(around);
    FrameVisitor visitor = new FrameVisitor(symbols);
    before.accept(visitor);
    visitor.visit(body);
    after.accept(visitor);
    hidden.put(body, symbols.undefined());
    inner(body, visitor.symbols);
  }

  /**
   * Looks into the bodies with a scope of their own, when all names of the one around are known.
   */
  private void inner(Body body, Symbols symbols) {
    Optional<Symbols> around = Optional.of(symbols);
    for (Stmt statement : body.statements()) {
      switch (statement) {
        case Stmt.If choice -> {
          choice.branches().forEach(branch -> inner(branch.body(), symbols));
          choice.otherwise().ifPresent(other -> inner(other, symbols));
        }
        case Stmt.For loop -> {
          loop.test().ifPresent(test -> new FrameVisitor(new Symbols(around)).visit(test));
          frame(
              around,
              loop.body(),
              v -> {
                v.parameter("loop");
                v.parameters(loop.target());
              },
              v -> {});
          loop.otherwise().ifPresent(other -> frame(around, other, v -> {}, v -> {}));
        }
        case Stmt.SetBlock set ->
            frame(around, set.body(), v -> {}, v -> set.filter().ifPresent(v::visit));
        case Stmt.FilterBlock filter ->
            frame(around, filter.body(), v -> {}, v -> v.visit(filter.filter()));
        case Stmt.With with ->
            frame(around, with.body(), v -> with.targets().forEach(v::parameters), v -> {});
        case Stmt.Macro macro -> macro(around, macro.signature(), macro.body());
        case Stmt.CallBlock call -> macro(around, call.signature(), call.body());
        case Stmt.Generation generation -> frame(around, generation.body(), v -> {}, v -> {});
        case Stmt.Data _, Stmt.Print _, Stmt.Set _, Stmt.Break _, Stmt.Continue _ -> {}
      }
    }
  }

  private void macro(Optional<Symbols> around, Stmt.Signature signature, Body body) {
    frame(
        around,
        body,
        v -> {
          signature.parameters().forEach(v::parameter);
          signature.specials().forEach(v::parameter);
          v.visitAll(signature.defaults());
        },
        v -> {});
  }

  /** Where the value of a name comes from when its body begins. */
  private enum Origin {
    PARAMETER,
    OUTSIDE,
    UNDEFINED
  }

  /** The names of a body, or of a branch in it, and what is around it. */
  private static final class Symbols {
    private final Optional<Symbols> around;
    private final Optional<Symbols> before;
    private final Map<String, Origin> origins = new LinkedHashMap<>();
    private final Set<String> stores = new HashSet<>();

    Symbols(Optional<Symbols> around) {
      this(around, Optional.empty());
    }

    private Symbols(Optional<Symbols> around, Optional<Symbols> before) {
      this.around = around;
      this.before = before;
    }

    /** The names of a branch, which sees those that come before it. */
    Symbols branch() {
      return new Symbols(around, Optional.of(this));
    }

    private boolean knows(String name) {
      return isOwn(name) || isKnownAround(name);
    }

    private boolean isOwn(String name) {
      return origins.containsKey(name) || (before.isPresent() && before.get().isOwn(name));
    }

    private boolean isKnownAround(String name) {
      return around.isPresent() && around.get().knows(name);
    }

    private boolean isStored(String name) {
      return stores.contains(name) || (before.isPresent() && before.get().isStored(name));
    }

    void load(String name) {
      if (!knows(name)) {
        origins.put(name, Origin.OUTSIDE);
      }
    }

    void store(String name) {
      stores.add(name);
      if (!isOwn(name)) {
        origins.put(name, isKnownAround(name) ? Origin.OUTSIDE : Origin.UNDEFINED);
      }
    }

    void parameter(String name) {
      stores.add(name);
      origins.put(name, Origin.PARAMETER);
    }

    /** Takes over what branches do, none of which need be taken. */
    void join(List<Symbols> branches) {
      Set<String> set = new HashSet<>();
      for (Symbols branch : branches) {
        branch.stores.stream().filter(name -> !isStored(name)).forEach(set::add);
      }
      for (Symbols branch : branches) {
        origins.putAll(branch.origins);
        stores.addAll(branch.stores);
      }
      set.forEach(name -> origins.put(name, Origin.OUTSIDE));
    }

    List<String> undefined() {
      return origins.entrySet().stream()
          .filter(e -> e.getValue() == Origin.UNDEFINED)
          .map(Map.Entry::getKey)
          .toList();
    }
  }

  /** Hears of the names that belong to one body, not to the bodies within it. */
  private final class FrameVisitor extends NameVisitor {
    private Symbols symbols;
    private int branches;

    FrameVisitor(Symbols symbols) {
      this.symbols = symbols;
    }

    @Override
    void load(String name) {
      symbols.load(name);
    }

    @Override
    void store(String name) {
      symbols.store(name);
    }

    @Override
    void parameter(String name) {
      symbols.parameter(name);
    }

    @Override
    void visit(Expr expression) {
      boolean branch = expression instanceof Expr.Conditional;
      branches += branch ? 1 : 0;
      if (branches == 0) {
        switch (expression) {
          case Expr.Filter filter when !BuiltinFilters.NAMES.contains(filter.name()) ->
              throw stream.error(filter.line(), "No filter named '%s'.".formatted(filter.name()));
          case Expr.Test test when !BuiltinTests.NAMES.contains(test.name()) ->
              throw stream.error(test.line(), "No test named '%s'.".formatted(test.name()));
          default -> {}
        }
      }
      super.visit(expression);
      branches -= branch ? 1 : 0;
    }

    @Override
    void visit(Stmt statement) {
      switch (statement) {
        case Stmt.Data _, Stmt.Break _, Stmt.Continue _, Stmt.Generation _ -> {}
        case Stmt.Print print -> visit(print.value());
        case Stmt.Set set -> {
          visit(set.value());
          visit(set.target());
        }
        case Stmt.SetBlock set -> visit(set.target());
        case Stmt.For loop -> visit(loop.elements());
        case Stmt.With with -> visitAll(with.values());
        case Stmt.Macro macro -> store(macro.name());
        case Stmt.CallBlock call -> visit(call.call());
        case Stmt.FilterBlock filter -> visit(filter.filter());
        case Stmt.If choice -> {
          branches++;
          choice(choice.branches(), choice.otherwise());
          branches--;
        }
      }
    }

    private void choice(List<Stmt.Branch> choices, Optional<Body> otherwise) {
      visit(choices.getFirst().test());
      symbols.join(
          List.of(
              branch(() -> visit(choices.getFirst().body())),
              branch(
                  () -> {
                    for (Stmt.Branch other : choices.subList(1, choices.size())) {
                      choice(List.of(other), Optional.empty());
                    }
                  }),
              branch(() -> otherwise.ifPresent(this::visit))));
    }

    private Symbols branch(Runnable visits) {
      Symbols before = symbols;
      Symbols branch = before.branch();
      symbols = branch;
      visits.run();
      symbols = before;
      return branch;
    }
  }
}
