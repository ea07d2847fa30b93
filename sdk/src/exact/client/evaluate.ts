import type { NodeProto } from "../../onnx/index.ts";
import { BOXES } from "./boxes.ts";
import { ELEMENTWISE } from "./elementwise.ts";
import { badNode, unknownOperator } from "./errors.ts";
import { MOVEMENT } from "./movement.ts";
import { Call } from "./operator.ts";
import type { Operators } from "./operator.ts";
import { REDUCTIONS } from "./reduction.ts";
import { SCALES } from "./scales.ts";
import type { Value } from "./value.ts";

const OPERATORS: Operators = { ...BOXES, ...ELEMENTWISE, ...MOVEMENT, ...REDUCTIONS, ...SCALES };

/** Names of the operators that the client computes, sorted. */
export const CLIENT_OPERATORS: readonly string[] = Object.keys(OPERATORS).sort();

/** Most elements that the nodes of one evaluation read and make together: bounds its time to a quarter of a minute or so. */
const MAX_WORK = 2 ** 28;

/**
 * Computes nodes in their order on the values by name, which are added to `values`. A value goes when no later node reads it,
 * unless `keep` names it. Operators mean what they mean in operator set 13 and later.
 * @throws GliaError `EXACT_CLIENT_OPERATOR` (an operator that the client does not compute), `EXACT_CLIENT_INPUT_MISSING`, `EXACT_CLIENT_ATTRIBUTE`,
 * `EXACT_CLIENT_SHAPE`, `EXACT_CLIENT_TYPE`, `EXACT_CLIENT_NAN`, `EXACT_CLIENT_DIVISION`, `EXACT_CLIENT_LIMIT`
 */
export function evaluate(
  nodes: readonly NodeProto[],
  values: Map<string, Value>,
  keep: ReadonlySet<string>,
  maxWork = MAX_WORK,
): void {
  const lastUse = new Map<string, number>();
  nodes.forEach(({ input }, index) => input.forEach((name) => lastUse.set(name, index)));
  let work = 0;
  nodes.forEach((node, index) => {
    // What a node reads counts too, and before it is read: a maximum over a large tensor makes one element.
    const count = (value: Value | undefined) => {
      work += value?.data.length ?? 0;
      if (work > maxWork)
        throw badNode(node, "EXACT_CLIENT_LIMIT", `brings the elements read and computed to more than ${maxWork}`);
    };
    for (const name of node.input) count(values.get(name));
    const outputs = compute(node, values);
    node.output.forEach((name, position) => {
      const value = outputs[position];
      if (name === "" || value === undefined) return;
      values.set(name, value);
      count(value);
    });
    for (const name of node.input) if (lastUse.get(name) === index && !keep.has(name)) values.delete(name);
  });
}

function compute(node: NodeProto, values: ReadonlyMap<string, Value>): readonly Value[] {
  const known = node.domain === "" || node.domain === "ai.onnx";
  const operator = known && Object.hasOwn(OPERATORS, node.opType) ? OPERATORS[node.opType] : undefined;
  if (operator === undefined) throw unknownOperator(node, CLIENT_OPERATORS);
  const inputs = node.input.map((name) => {
    if (name === "") return undefined;
    const value = values.get(name);
    if (value !== undefined) return value;
    throw badNode(node, "EXACT_CLIENT_INPUT_MISSING", `reads "${name}", which nothing before it gives`);
  });
  return operator(new Call(node, inputs));
}
