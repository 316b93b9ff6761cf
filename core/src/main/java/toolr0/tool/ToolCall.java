package toolr0.tool;

import tools.jackson.databind.node.ObjectNode;

/**
 * A call of a tool. Arguments keep JSON's distinction between 5, 5.0 and "5", and the order in
 * which they were written.
 *
 * @param arguments never modified after construction
 */
public record ToolCall(String name, ObjectNode arguments) {}
