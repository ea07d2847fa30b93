/**
 * The law: what every node of an exact model computes, in plain integers and IEEE single precision. Whoever computes something else is wrong.
 * Written to be read, not to be fast. It is total: tensors of the declared shapes always have an output.
 */
import { GliaError } from "../../errors.ts";
import { sizeOf, tensorShape } from "../model.ts";
import type { ExactModel, ExactNode, Shape } from "../model.ts";
import { addMul } from "./add-mul.ts";
import { argMax } from "./arg-max.ts";
import { contract } from "./contract.ts";
import type { Element } from "./element.ts";
import { maxPool } from "./max-pool.ts";
import { select, view } from "./move.ts";
import { table } from "./table.ts";

export { requantise } from "./requantise.ts";

/**
 * The function of a node on given inputs, element by element.
 * @param shapes shapes of the inputs
 * @param inputs physical tensors: elements in the order n, h, w, c without filler
 * @throws GliaError `EXACT_TENSOR_SIZE` if a tensor is missing or its size is not its shape's.
 */
export function lawOf(node: ExactNode, shapes: readonly Shape[], inputs: readonly Uint8Array[]): Element {
  node.inputs.forEach((_, k) => {
    checkSize(`Input ${k} of a ${node.kind}`, shapes[k], inputs[k]);
  });
  const [from = NOTHING, second = NOTHING] = shapes;
  const [x = new Uint8Array(), other = new Uint8Array()] = inputs;
  switch (node.kind) {
    case "Contract":
      return contract(node, from, x);
    case "AddMul":
      return addMul(node, [from, second], x, other);
    case "Table":
      return table(node, x);
    case "MaxPool":
      return maxPool(node, from, x);
    case "ArgMax":
      return argMax(node, x);
    case "Move":
      return node.mode === "view" ? view(node, x) : select(node, inputs);
  }
}

/**
 * The output of a node, in physical order.
 * @throws GliaError `EXACT_TENSOR_SIZE`; see {@link lawOf}.
 */
export function lawNode(node: ExactNode, shapes: readonly Shape[], inputs: readonly Uint8Array[]): Uint8Array {
  const element = lawOf(node, shapes, inputs);
  const output = new Uint8Array(sizeOf(node.shape));
  for (let index = 0; index < output.length; index++) output[index] = element(index);
  return output;
}

/**
 * One element of a node's output, by its place in physical order.
 * @throws GliaError `EXACT_TENSOR_SIZE`; see {@link lawOf}.
 */
export function lawElement(
  node: ExactNode,
  shapes: readonly Shape[],
  inputs: readonly Uint8Array[],
  index: number,
): number {
  return lawOf(node, shapes, inputs)(index);
}

/**
 * Runs a model: all its tensors by number, the inputs first.
 * @param inputs physical tensors in the order of `model.inputs`
 * @throws GliaError `EXACT_TENSOR_SIZE` if an input is missing or its size is not its shape's.
 */
export function runLaw(model: ExactModel, inputs: readonly Uint8Array[]): Uint8Array[] {
  const tensors = checkInputs(model, inputs);
  for (const node of model.nodes) {
    const shapes = node.inputs.map((tensor) => tensorShape(model, tensor));
    const read = node.inputs.map((tensor) => tensors[tensor] ?? new Uint8Array());
    tensors.push(lawNode(node, shapes, read));
  }
  return tensors;
}

/**
 * Checks that there is one physical tensor per input, of the size of its shape; returns them.
 * @throws GliaError `EXACT_TENSOR_SIZE`
 */
export function checkInputs(model: ExactModel, inputs: readonly Uint8Array[]): Uint8Array[] {
  return model.inputs.map(({ name, shape }, k) => checkSize(`The input "${name}"`, shape, inputs[k]));
}

const NOTHING: Shape = { n: 0, h: 0, w: 0, c: 0 };

function checkSize(what: string, shape: Shape | undefined, bytes: Uint8Array | undefined): Uint8Array {
  if (shape !== undefined && bytes?.length === sizeOf(shape)) return bytes;
  const { n, h, w, c } = shape ?? NOTHING;
  throw new GliaError(
    "EXACT_TENSOR_SIZE",
    `${what} has ${sizeOf({ n, h, w, c })} bytes (n, h, w, c = ${n}, ${h}, ${w}, ${c}), not ${bytes?.length ?? "none"}.`,
    { kind: "input", hint: "Pass one physical tensor per input: elements in the order n, h, w, c without filler." },
  );
}
