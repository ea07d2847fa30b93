import { GliaError } from "../../errors.ts";
import type { NodeProto } from "../../onnx/index.ts";

/** How a node is called in messages: its name if it has one, else its first output's. */
export function nodeName(node: NodeProto): string {
  return node.name === "" ? (node.output[0] ?? "") : node.name;
}

/** The node cannot be computed because of what it is given; `reason` continues the sentence. */
export function badNode(node: NodeProto, code: string, reason: string): GliaError {
  return new GliaError(code, `The node "${nodeName(node)}" (${node.opType}) ${reason}.`, {
    kind: "input",
    hint: "Check the model in ONNX Runtime; it should refuse the same node. If it does not, export the model from before this node.",
    details: { node: nodeName(node), operator: node.opType },
  });
}

/** A value that is NaN cannot become an integer. */
export function notANumber(node: NodeProto): GliaError {
  return badNode(node, "EXACT_CLIENT_NAN", "got a value that is not a number (NaN), which no integer stands for");
}

/** The interpreter has no such operator. */
export function unknownOperator(node: NodeProto, known: readonly string[]): GliaError {
  const operator = node.domain === "" ? node.opType : `${node.domain}.${node.opType}`;
  return new GliaError(
    "EXACT_CLIENT_OPERATOR",
    `The node "${nodeName(node)}" needs the operator ${operator}, which the client does not compute.`,
    {
      kind: "input",
      hint: `Cut the model before this node and do the rest in your own code, or rewrite it with: ${known.join(", ")}.`,
      details: { node: nodeName(node), operator },
    },
  );
}
