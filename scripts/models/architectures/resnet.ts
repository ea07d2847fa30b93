import { createRandom } from "../../../sdk/src/exact/random.ts";
import { createBlocks } from "./blocks.ts";
import { createGraph } from "./graph-writer.ts";

/** What a small residual network looks like. */
export interface ResNetShape {
  readonly seed: number;
  /** Side of the square image of three channels; divisible by four. */
  readonly size: number;
  /** Channels of the three stages. */
  readonly widths?: readonly [number, number, number];
  /** Residual blocks of each stage; 3 is ResNet-20. */
  readonly blocks?: number;
}

/**
 * Writes the residual network for small images of He et al. 2015, section 4.2: a convolution, three stages of residual blocks (two
 * convolutions each; the second and third stage halve the image), global average pooling, ten classes. Weights are random.
 */
export function resnet({ seed, size, widths = [16, 32, 64], blocks = 3 }: ResNetShape): Uint8Array {
  const graph = createGraph();
  const write = createBlocks(graph, createRandom(seed));
  let flow = write.then("Relu", write.normalised({ name: "image", channels: 3 }, { channels: widths[0] }));
  widths.forEach((channels, stage) => {
    for (let block = 0; block < blocks; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const first = write.then("Relu", write.normalised(flow, { channels, stride }));
      // Half the size: sums over many blocks would grow otherwise.
      const branch = write.normalised(first, { channels }, 0.5);
      const shortcut = stride === 1 ? flow : write.normalised(flow, { channels, stride, kernel: 1 });
      flow = write.then("Relu", write.add(branch, shortcut));
    }
  });
  const pooled = write.then("GlobalAveragePool", flow);
  const logits = write.dense(write.then("Flatten", pooled), 10);
  return graph.finish({
    name: "resnet",
    inputs: [{ name: "image", shape: ["batch", 3, size, size] }],
    outputs: [{ name: "logits", shape: ["batch", 10], from: logits.name }],
  });
}
