import { sizeOf } from "../../sdk/src/exact/model.ts";
import type { ExactModel, ExactNode, Shape } from "../../sdk/src/exact/model.ts";
import type { Random } from "../../sdk/src/exact/random.ts";
import { addMul, argMax, maxPool, portOf, randomContract, randomShape, select, table, view } from "./commit-models.ts";

const KINDS = ["Contract", "AddMul", "Table", "MaxPool", "ArgMax", "view", "select"] as const;

/** Bounds of {@link randomNetwork}. */
export interface NetworkSize {
  readonly nodes: number;
  /** Elements of a tensor, about. */
  readonly elements: number;
}

/** A model of nodes of any kind in any order, each of which reads tensors that are there already. */
export function randomNetwork(random: Random, { nodes: count, elements }: NetworkSize): ExactModel {
  const start = randomShape(random, elements);
  const inputs = [start, { ...start, c: 1 + random.below(start.c) }];
  const shapes: Shape[] = [...inputs];
  const nodes: ExactNode[] = [];
  while (nodes.length < count) {
    const node = randomNode(random, shapes);
    if (sizeOf(node.shape) > 4 * elements) continue;
    nodes.push(node);
    shapes.push(node.shape);
  }
  const last = shapes.length - 1;
  const other = inputs.length + random.below(count);
  const ports = (tensors: readonly number[]) =>
    tensors.map((tensor) => portOf(tensor, shapes[tensor] ?? start, random));
  // One of the outputs now and then twice, or an input as it came.
  return { inputs: ports(inputs.map((_, i) => i)), nodes, outputs: ports([last, other, random.below(last + 1)]) };
}

function randomNode(random: Random, shapes: readonly Shape[]): ExactNode {
  // Mostly the newest tensors, so that the network is deep.
  const newest = shapes.length - 1 - Math.min(random.below(shapes.length), random.below(3));
  const shape = shapes[newest] ?? { n: 1, h: 1, w: 1, c: 1 };
  switch (random.pick(KINDS)) {
    case "Contract":
      return randomContract(random, newest, shape);
    case "AddMul": {
      const fits = tensorsLike(shapes, (other) =>
        (["n", "h", "w", "c"] as const).every((axis) => other[axis] === 1 || other[axis] === shape[axis]),
      );
      const operands = [newest, random.pick(fits)] as const;
      const [a, b] = random.below(2) === 0 ? operands : [operands[1], operands[0]];
      return addMul(random, a, b, shape);
    }
    case "Table":
      return table(random, newest, shape);
    case "MaxPool":
      return maxPool(random, newest, shape);
    case "ArgMax":
      return argMax(random, newest, shape);
    case "view":
      return view(newest, shape);
    case "select": {
      const same = (other: Shape) => other.n === shape.n && other.h === shape.h && other.w === shape.w;
      const second = random.pick(tensorsLike(shapes, same));
      return select(random, newest, shape, second, shapes[second] ?? shape);
    }
  }
}

/** Numbers of the tensors whose shapes fit; the one that is asked about is among them. */
function tensorsLike(shapes: readonly Shape[], fits: (shape: Shape) => boolean): number[] {
  return shapes.flatMap((shape, tensor) => (fits(shape) ? [tensor] : []));
}
