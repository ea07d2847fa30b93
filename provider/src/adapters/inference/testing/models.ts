import { data, int, join } from "./protobuf.ts";
import {
  type Attribute,
  type Dim,
  externalTensor,
  floats,
  graph,
  int64s,
  model,
  node,
  tensor,
  TYPE,
  value,
} from "./onnx-files.ts";

/** y = relu(x · w + b) for x of shape [1, 4]: small, honest, and quick to load. It may declare another width of x. */
export function honestModel(width: Dim = 4): Uint8Array {
  return model({
    nodes: [node("MatMul", ["x", "w"], ["xw"]), node("Add", ["xw", "b"], ["sum"]), node("Relu", ["sum"], ["y"])],
    inputs: [value("x", TYPE.float, [1, width])],
    outputs: [value("y", TYPE.float, [1, 3])],
    initializers: [
      tensor("w", TYPE.float, [4, 3], floats([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((n) => n / 8))),
      tensor("b", TYPE.float, [3], floats([0.5, -40, 0.25])),
    ],
  });
}

/** Gives back the bytes of `location` as its output, if the runtime reads them. */
export function externalDataModel(location: string, length: number): Uint8Array {
  return model({
    nodes: [node("Identity", ["secret"], ["y"])],
    outputs: [value("y", TYPE.uint8, [length])],
    initializers: [externalTensor("secret", TYPE.uint8, [length], location, length)],
  });
}

/** Adds one to x as often as the scalar `trips` says. */
export function loopModel(trips: bigint): Uint8Array {
  return loopOver({
    initializers: [tensor("trips", TYPE.int64, [], int64s([trips]))],
    inputs: [value("x", TYPE.float, [1])],
  });
}

/** A loop whose trip count is an input of the model. */
export function openLoopModel(): Uint8Array {
  return loopOver({ initializers: [], inputs: [value("x", TYPE.float, [1]), value("trips", TYPE.int64, [])] });
}

function loopOver(parts: { initializers: Uint8Array[]; inputs: Uint8Array[] }): Uint8Array {
  const body = graph({
    nodes: [node("Identity", ["go"], ["goOn"]), node("Add", ["acc", "one"], ["accOut"])],
    inputs: [value("i", TYPE.int64, []), value("go", TYPE.bool, []), value("acc", TYPE.float, [1])],
    outputs: [value("goOn", TYPE.bool, []), value("accOut", TYPE.float, [1])],
    initializers: [tensor("one", TYPE.float, [1], floats([1]))],
  });
  return model({
    nodes: [node("Loop", ["trips", "yes", "x"], ["y"], { body: { graph: body } })],
    inputs: parts.inputs,
    outputs: [value("y", TYPE.float, [1])],
    initializers: [...parts.initializers, tensor("yes", TYPE.bool, [], Uint8Array.of(1))],
  });
}

/** A chain of `count` nodes. */
export function chainModel(count: number): Uint8Array {
  const names = Array.from({ length: count + 1 }, (_, i) => (i === count ? "y" : i === 0 ? "x" : `t${i}`));
  return model({
    nodes: Array.from({ length: count }, (_, i) => node("Neg", [names[i] ?? ""], [names[i + 1] ?? ""])),
    inputs: [value("x", TYPE.float, [1])],
    outputs: [value("y", TYPE.float, [1])],
  });
}

/** y = op(x) with any operator. */
export function unaryModel(opType: string, domain?: string, attributes: Record<string, Attribute> = {}): Uint8Array {
  const extra = domain === undefined ? [] : [data(8, join([data(1, domain), int(2, 1)]))];
  return model(
    {
      nodes: [node(opType, ["x"], ["y"], attributes, domain === undefined ? {} : { domain })],
      inputs: [value("x", TYPE.float, [1])],
      outputs: [value("y", TYPE.float, [1])],
    },
    extra,
  );
}

/** Makes a tensor of as many bytes as the input `shape` says, at run time: nothing in the file tells. */
export function growingModel(): Uint8Array {
  return model({
    nodes: [
      node("ConstantOfShape", ["shape"], ["big"], { value: { tensor: tensor("", TYPE.uint8, [1], Uint8Array.of(7)) } }),
      node("Neg", ["x"], ["y"]),
      node("Cast", ["big"], ["f"], { to: { int: TYPE.float } }),
      node("Neg", ["f"], ["z"]),
    ],
    inputs: [value("shape", TYPE.int64, [1]), value("x", TYPE.float, [1])],
    outputs: [value("z", TYPE.float, ["n"])],
  });
}
