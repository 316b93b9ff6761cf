package toolr0.eval;

import java.util.List;
import java.util.Optional;
import toolr0.chat.Chat;
import toolr0.chat.Reply;

/** Where the replies of an evaluation are kept, so that one that is stopped goes on behind them. */
public interface ReplyStore {

  /** The reply to a chat that was asked before; empty when it must be asked. */
  Optional<Reply> find(String benchmark, Chat chat);

  /**
   * Keeps the replies to chats, which have the same order. Failures are not kept: they are asked
   * again.
   */
  void keep(String benchmark, List<Chat> chats, List<Reply> replies);

  /** Keeps nothing. */
  static ReplyStore none() {
    return new ReplyStore() {
      @Override
      public Optional<Reply> find(String benchmark, Chat chat) {
        return Optional.empty();
      }

      @Override
      public void keep(String benchmark, List<Chat> chats, List<Reply> replies) {}
    };
  }
}
