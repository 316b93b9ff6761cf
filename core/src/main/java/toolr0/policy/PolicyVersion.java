package toolr0.policy;

/**
 * Which weights produced a completion.
 *
 * @param name the policy, for example "solver"
 * @param step optimizer steps applied to it so far
 */
public record PolicyVersion(String name, long step) {}
