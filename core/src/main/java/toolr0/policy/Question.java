package toolr0.policy;

import toolr0.base.Seed;
import toolr0.chat.Chat;

/**
 * Asks for several answers to one chat.
 *
 * @param numGenerations answers wanted, at least 1
 * @param seed decides the answers together with the chat, so that they do not depend on what else
 *     is asked; a model on this machine draws answer g from {@code seed.derive(g)} alone
 */
public record Question(Chat chat, int numGenerations, Seed seed) {}
