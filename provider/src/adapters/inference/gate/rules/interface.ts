import type { GateValueInfo } from "../messages.ts";
import type { Inspection, Visit } from "../walk.ts";
import { countBytes, elementBytesOf } from "./tensors.ts";

/** The main graph's inputs and outputs: few, tensors of numbers, with shapes that make sense. */
export function checkInterface(inspection: Inspection, { scope: { graph } }: Visit): void {
  const { maxInputs } = inspection.limits;
  for (const [kind, list] of [
    ["input", graph.inputs ?? []],
    ["output", graph.outputs ?? []],
  ] as const) {
    if (list.length > maxInputs)
      inspection.report("interface", "graph", `${list.length} ${kind}s`, `at most ${maxInputs}`);
    for (const info of list) checkTensorType(inspection, info, `${kind} "${info.name ?? ""}"`);
  }
  if ((graph.outputs ?? []).length === 0)
    inspection.report("interface", "graph", "the model has no output", "at least one");
}

/** Some exporters write a dynamic dimension as a number. */
const DYNAMIC = -1n;

/** Declared shapes anywhere: they are promises, which ONNX Runtime plans its memory by. */
export function checkShapes(inspection: Inspection, { scope: { graph }, path }: Visit): void {
  for (const info of [...(graph.inputs ?? []), ...(graph.outputs ?? []), ...(graph.valueInfo ?? [])]) {
    const dims = (info.type?.tensor?.shape?.dims ?? []).map(({ value }) =>
      value === undefined || value === DYNAMIC ? 1n : value,
    );
    countBytes(
      inspection,
      dims,
      elementBytesOf(info.type?.tensor?.elemType) ?? 1,
      `${path}, shape of "${info.name ?? ""}"`,
    );
  }
}

function checkTensorType(inspection: Inspection, info: GateValueInfo, where: string): void {
  const tensor = info.type?.tensor;
  if (tensor === undefined) {
    inspection.report("interface", where, "it is no tensor, or its type is not declared", "a tensor of numbers");
  } else if (elementBytesOf(tensor.elemType) === undefined) {
    inspection.report(
      "interface",
      where,
      `its elements have ONNX type ${tensor.elemType ?? 0n}`,
      "a tensor of numbers",
    );
  }
}
