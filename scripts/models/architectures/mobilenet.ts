import { createRandom } from "../../../sdk/src/exact/random.ts";
import { createBlocks } from "./blocks.ts";
import type { Blocks, Flow } from "./blocks.ts";
import { createGraph } from "./graph-writer.ts";

/** What a small depthwise network looks like. */
export interface MobileNetShape {
  readonly seed: number;
  /** Side of the square image of three channels; divisible by eight. */
  readonly size: number;
  /** Relu6 as in MobileNetV2, HardSwish as in MobileNetV3. */
  readonly activation: "Relu6" | "HardSwish";
}

/** An inverted residual block (Sandler et al. 2018): widen by 1×1, filter each channel by itself, narrow by 1×1, add where shapes allow. */
function inverted(write: Blocks, from: Flow, channels: number, stride: number, activate: (flow: Flow) => Flow): Flow {
  const wide = from.channels * 4;
  const widened = activate(write.normalised(from, { channels: wide, kernel: 1 }));
  const filtered = activate(write.normalised(widened, { channels: wide, groups: wide, stride }));
  const narrowed = write.normalised(filtered, { channels, kernel: 1 });
  return stride === 1 && channels === from.channels ? write.add(from, narrowed) : narrowed;
}

/** Writes a network of depthwise blocks with global average pooling and ten classes. Weights are random. */
export function mobilenet({ seed, size, activation }: MobileNetShape): Uint8Array {
  const graph = createGraph();
  const write = createBlocks(graph, createRandom(seed));
  const activate = (flow: Flow) => (activation === "Relu6" ? write.relu6(flow) : write.then("HardSwish", flow));
  let flow = activate(write.normalised({ name: "image", channels: 3 }, { channels: 16, stride: 2 }));
  for (const [channels, stride] of [
    [16, 1],
    [24, 2],
    [24, 1],
    [32, 2],
    [32, 1],
  ] as const)
    // prettier-ignore
    flow = inverted(write, flow, channels, stride, activate);
  flow = activate(write.normalised(flow, { channels: 96, kernel: 1 }));
  const logits = write.dense(write.then("Flatten", write.then("GlobalAveragePool", flow)), 10);
  return graph.finish({
    name: "mobilenet",
    inputs: [{ name: "image", shape: ["batch", 3, size, size] }],
    outputs: [{ name: "logits", shape: ["batch", 10], from: logits.name }],
  });
}
