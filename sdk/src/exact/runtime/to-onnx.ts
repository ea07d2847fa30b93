import { tensorShape } from "../model.ts";
import type { ExactModel, ExactNode, Shape } from "../model.ts";
import { GraphBuilder, tensorName } from "./builder.ts";
import { writeContract } from "./write-contract.ts";
import { writeSelect, writeView } from "./write-move.ts";
import { writeAddMul, writeArgMax, writeFusedAdd, writeMaxPool, writeTable } from "./write-pointwise.ts";

/** Part of a model that ONNX Runtime runs in one go. */
export interface Segment {
  /** Positions in `model.nodes`, ascending. */
  readonly nodes: readonly number[];
  /** Numbers of the tensors that are read but not made here, ascending. */
  readonly inputs: readonly number[];
  /** Numbers of the tensors to hand out, all made here. */
  readonly outputs: readonly number[];
}

/** The segment of the given nodes; `outputs` are numbers of tensors that they make. */
export function segmentOf(model: ExactModel, nodes: readonly number[], outputs: readonly number[]): Segment {
  const made = new Set(nodes.map((node) => model.inputs.length + node));
  const read = nodes.flatMap((node) => model.nodes[node]?.inputs ?? []);
  const inputs = [...new Set(read)].filter((tensor) => !made.has(tensor)).sort((a, b) => a - b);
  return { nodes, inputs, outputs };
}

/**
 * The canonical ONNX file of a segment. Its tensors are named t0, t1, … by their numbers and have the dimensions [n, h, w, c];
 * it computes what the law says under {@link sessionOptions}, on machines where ONNX Runtime does: the self-test finds out.
 * @param fused nodes, sums all of them, that are written in their faster form, which is right on some machines only
 * @throws RangeError if a node cannot be written, such as a view that would take too long a list of indices.
 */
export function toOnnx(
  model: ExactModel,
  { nodes, inputs, outputs }: Segment,
  fused: ReadonlySet<number> = new Set(),
): Uint8Array {
  const graph = new GraphBuilder();
  for (const position of nodes) {
    const node = model.nodes[position];
    if (node === undefined) throw new RangeError(`The model has no node ${position}.`);
    const shapes = node.inputs.map((tensor) => tensorShape(model, tensor));
    const names = node.inputs.map(tensorName);
    const y = tensorName(model.inputs.length + position);
    if (fused.has(position) && node.kind === "AddMul") writeFusedAdd(graph, node, names[0] ?? "", names[1] ?? "", y);
    else writeNode(graph, node, shapes, names, y);
  }
  const interfaces = (list: readonly number[]) => list.map((tensor) => ({ tensor, shape: tensorShape(model, tensor) }));
  return graph.file(interfaces(inputs), interfaces(outputs));
}

function writeNode(
  graph: GraphBuilder,
  node: ExactNode,
  shapes: readonly Shape[],
  inputs: readonly string[],
  y: string,
): void {
  const [x = "", other = ""] = inputs;
  const from = shapes[0] ?? node.shape;
  switch (node.kind) {
    case "Contract":
      writeContract(graph, node, from, x, y);
      break;
    case "AddMul":
      writeAddMul(graph, node, x, other, y);
      break;
    case "Table":
      writeTable(graph, node, x, y);
      break;
    case "MaxPool":
      writeMaxPool(graph, node, from, x, y);
      break;
    case "ArgMax":
      writeArgMax(graph, node, x, y);
      break;
    case "Move":
      if (node.mode === "view") writeView(graph, node, from, x, y);
      else writeSelect(graph, node, shapes, inputs, y);
  }
}
