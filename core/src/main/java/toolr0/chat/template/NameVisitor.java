package toolr0.chat.template;

import java.util.List;
import toolr0.chat.template.Stmt.Body;
import toolr0.chat.template.Stmt.Target;

/** A walk over expressions and statements that hears of names, in the order of Jinja2's own. */
abstract class NameVisitor {

  /** A name is read. */
  abstract void load(String name);

  /** A name is set. */
  abstract void store(String name);

  /** A name is a parameter. */
  abstract void parameter(String name);

  final void visitAll(List<Expr> expressions) {
    expressions.forEach(this::visit);
  }

  void visit(Expr expression) {
    switch (expression) {
      case Expr.Literal _ -> {}
      case Expr.Name name -> load(name.name());
      case Expr.ListLiteral list -> visitAll(list.items());
      case Expr.TupleLiteral tuple -> visitAll(tuple.items());
      case Expr.DictLiteral dict ->
          dict.pairs()
              .forEach(
                  p -> {
                    visit(p.key());
                    visit(p.value());
                  });
      case Expr.Not not -> visit(not.operand());
      case Expr.Sign sign -> visit(sign.operand());
      case Expr.Binary binary -> {
        visit(binary.left());
        visit(binary.right());
      }
      case Expr.And and -> {
        visit(and.left());
        visit(and.right());
      }
      case Expr.Or or -> {
        visit(or.left());
        visit(or.right());
      }
      case Expr.Compare compare -> {
        visit(compare.first());
        compare.rest().forEach(c -> visit(c.value()));
      }
      case Expr.Concat concat -> visitAll(concat.parts());
      case Expr.Conditional conditional -> {
        visit(conditional.test());
        visit(conditional.then());
        conditional.otherwise().ifPresent(this::visit);
      }
      case Expr.Attribute attribute -> visit(attribute.owner());
      case Expr.Item item -> {
        visit(item.owner());
        visit(item.key());
      }
      case Expr.Slice slice -> {
        visit(slice.owner());
        slice.start().ifPresent(this::visit);
        slice.stop().ifPresent(this::visit);
        slice.step().ifPresent(this::visit);
      }
      case Expr.Call call -> {
        visit(call.callee());
        arguments(call.arguments());
      }
      case Expr.Filter filter -> {
        filter.subject().ifPresent(this::visit);
        arguments(filter.arguments());
      }
      case Expr.Test test -> {
        visit(test.subject());
        arguments(test.arguments());
      }
    }
  }

  private void arguments(Expr.CallArguments arguments) {
    visitAll(arguments.positional());
    arguments.named().forEach(n -> visit(n.value()));
    arguments.spread().ifPresent(this::visit);
    arguments.spreadNamed().ifPresent(this::visit);
  }

  final void visit(Target target) {
    switch (target) {
      case Target.Variable variable -> store(variable.name());
      case Target.NamespaceAttribute attribute -> load(attribute.namespace());
      case Target.Unpacking unpacking -> unpacking.targets().forEach(this::visit);
    }
  }

  final void parameters(Target target) {
    switch (target) {
      case Target.Variable variable -> parameter(variable.name());
      case Target.NamespaceAttribute attribute -> load(attribute.namespace());
      case Target.Unpacking unpacking -> unpacking.targets().forEach(this::parameters);
    }
  }

  final void visit(Body body) {
    body.statements().forEach(this::visit);
  }

  /** Walks through a statement, the bodies that it holds included. */
  void visit(Stmt statement) {
    switch (statement) {
      case Stmt.Data _, Stmt.Break _, Stmt.Continue _ -> {}
      case Stmt.Print print -> visit(print.value());
      case Stmt.If choice -> {
        for (Stmt.Branch branch : choice.branches()) {
          visit(branch.test());
          visit(branch.body());
        }
        choice.otherwise().ifPresent(this::visit);
      }
      case Stmt.For loop -> {
        visit(loop.target());
        visit(loop.elements());
        visit(loop.body());
        loop.otherwise().ifPresent(this::visit);
        loop.test().ifPresent(this::visit);
      }
      case Stmt.Set set -> {
        visit(set.target());
        visit(set.value());
      }
      case Stmt.SetBlock set -> {
        visit(set.target());
        set.filter().ifPresent(this::visit);
        visit(set.body());
      }
      case Stmt.With with -> {
        with.targets().forEach(this::parameters);
        visitAll(with.values());
        visit(with.body());
      }
      case Stmt.Macro macro -> {
        macro.signature().parameters().forEach(this::parameter);
        visitAll(macro.signature().defaults());
        visit(macro.body());
      }
      case Stmt.CallBlock call -> {
        visit(call.call());
        call.signature().parameters().forEach(this::parameter);
        visitAll(call.signature().defaults());
        visit(call.body());
      }
      case Stmt.FilterBlock filter -> {
        visit(filter.body());
        visit(filter.filter());
      }
      case Stmt.Generation generation -> visit(generation.body());
    }
  }

  /** Whether a body reads a name that it has not set or declared before. */
  static boolean reads(Body body, String wanted) {
    var search =
        new NameVisitor() {
          private boolean declared;
          private boolean read;

          @Override
          void load(String name) {
            read |= name.equals(wanted) && !declared;
          }

          @Override
          void store(String name) {
            declared |= name.equals(wanted);
          }

          @Override
          void parameter(String name) {
            store(name);
          }
        };
    search.visit(body);
    return search.read;
  }

  /** Whether a loop sets a name, as its target or anywhere within it. */
  static boolean sets(Stmt.For loop, String wanted) {
    var search =
        new NameVisitor() {
          private boolean set;

          @Override
          void load(String name) {}

          @Override
          void store(String name) {
            set |= name.equals(wanted);
          }

          @Override
          void parameter(String name) {}
        };
    search.visit(loop);
    return search.set;
  }
}
