import {
  CLIENT_OPERATORS,
  sizeOf,
  tensorShape,
  type CanonicalModel,
  type ExactModel,
  type ExactNode,
  type Port,
  type Shape,
} from "@glia/sdk/exact";

/** One node of an exact model, for people and programs. */
export interface NodeFacts {
  /** Number of the tensor that it makes. */
  readonly tensor: number;
  readonly kind: ExactNode["kind"];
  /** The ONNX node that it came from, with the operators of its group. */
  readonly name: string;
  readonly operators: readonly string[];
  readonly inputs: readonly number[];
  readonly shape: Shape;
  /** Weights, one per connection; 0 for kinds that have none. */
  readonly weights: number;
  /** Significant bits of the longest multiplier; 0 for kinds that have none. */
  readonly multiplierBits: number;
  readonly multiplyAdds: number;
}

/** What one inference costs whoever computes it, and whoever proves one element of it. */
export interface ModelCost {
  readonly multiplyAdds: number;
  /** Bytes of all tensors of one inference together; each byte is one activation. */
  readonly activationBytes: number;
  readonly weightBytes: number;
  /** 32-byte words of activations (and as many of weights) that the longest dot product reads; a dispute brings them on chain. */
  readonly longestDotProductWords: number;
}

/** Everything that `glia exact inspect` says about a model besides its id. */
export interface ModelFacts {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly nodes: readonly NodeFacts[];
  readonly cost: ModelCost;
  /** Operators that the client computes in floats, before and behind, and those of them that this SDK does not compute. */
  readonly client: {
    readonly head: readonly string[];
    readonly tail: readonly string[];
    readonly unsupported: readonly string[];
  };
}

/** Bytes of a word on chain. */
const WORD = 32;

/** Describes an exact model. */
export function describeModel({ model, origins, head, tail }: CanonicalModel): ModelFacts {
  const nodes = model.nodes.map((node, index): NodeFacts => {
    const { name, operators } = origins[index] ?? { name: "", operators: [] };
    return {
      tensor: model.inputs.length + index,
      kind: node.kind,
      name,
      operators,
      inputs: node.inputs,
      shape: node.shape,
      weights: node.kind === "Contract" ? node.weights.length : 0,
      multiplierBits: Math.max(0, ...multipliersOf(node).map(significantBits)),
      multiplyAdds: multiplyAdds(node),
    };
  });
  const tensors = [...model.inputs, ...model.nodes];
  return {
    inputs: model.inputs,
    outputs: model.outputs,
    nodes,
    cost: {
      multiplyAdds: nodes.reduce((sum, node) => sum + node.multiplyAdds, 0),
      activationBytes: tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
      weightBytes: nodes.reduce((sum, node) => sum + node.weights, 0),
      longestDotProductWords: Math.max(0, ...model.nodes.map((node) => dotProductWords(model, node))),
    },
    client: {
      head: head.nodes.map(({ opType }) => opType),
      tail: tail.nodes.map(({ opType }) => opType),
      unsupported: [...head.nodes, ...tail.nodes]
        .filter(({ domain, opType }) => !["", "ai.onnx"].includes(domain) || !CLIENT_OPERATORS.includes(opType))
        .map(({ opType }) => opType),
    },
  };
}

/** Bits from the first to the last one that is set in a float32's mantissa, 1 for a power of two. */
export function significantBits(value: number): number {
  const [bits = 0] = new Uint32Array(Float32Array.of(value).buffer);
  const mantissa = (bits & 0x7fffff) | 0x800000;
  return 24 - (31 - Math.clz32(mantissa & -mantissa));
}

function multipliersOf(node: ExactNode): readonly number[] {
  if (node.kind === "Contract") return [...node.multipliers];
  return node.kind === "AddMul" ? [node.multiplier] : [];
}

function multiplyAdds(node: ExactNode): number {
  return node.kind === "Contract" ? (sizeOf(node.shape) * node.weights.length) / node.bias.length : 0;
}

/** Words of one window: of each tap those that cover the channels of its group; see "Filters" in docs/EXACT.md. */
function dotProductWords(model: ExactModel, node: ExactNode): number {
  if (node.kind !== "Contract") return 0;
  const { c } = tensorShape(model, node.inputs[0] ?? 0);
  const words = c < WORD ? 1 : Math.ceil(c / node.groups / WORD);
  return node.kernelH * node.kernelW * words;
}
