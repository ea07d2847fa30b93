import { GliaError } from "../errors.ts";
import type { NodeProto } from "../onnx/index.ts";

/** What a person calls a node of an ONNX file: its name, or that of its first output where it has none. */
export function nodeName(node: NodeProto): string {
  return node.name === "" ? (node.output.find((name) => name !== "") ?? "") : node.name;
}

/** Operator of a node with its domain, unless that is ONNX's own. */
export function operatorName({ domain, opType }: NodeProto): string {
  return domain === "" || domain === "ai.onnx" ? opType : `${domain}.${opType}`;
}

/**
 * A node is outside of the exact profile. The message begins with its name and operator.
 * @param reason completes "The node … (…)", without a full stop: "has a scale of 0; it must be finite and positive"
 */
export function refuseNode(code: string, node: NodeProto, reason: string, hint: string, cause?: unknown): GliaError {
  const name = nodeName(node);
  const operator = operatorName(node);
  return new GliaError(code, `The node "${name}" (${operator}) ${reason}.`, {
    kind: "input",
    hint,
    details: { node: name, operator },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The same error with the node's name, for errors of parts that know operators but not nodes. */
export function nameNode(node: NodeProto, error: GliaError): GliaError {
  if (error.details["node"] !== undefined) return error;
  const { operator } = error.details;
  const prefix = typeof operator === "string" ? `${operator}: ` : "";
  const reason = error.message.slice(error.message.startsWith(prefix) ? prefix.length : 0).replace(/\.$/, "");
  return refuseNode(error.code, node, `has no exact form: ${reason}`, error.hint ?? "Export the model again.", error);
}

/** The file as a whole is outside of the exact profile. */
export function refuseModel(code: string, message: string, hint: string, details: object = {}): GliaError {
  return new GliaError(code, message, { kind: "input", hint, details: { ...details } });
}
