import type { Random } from "../../../sdk/src/exact/random.ts";
import { globalAverage, residual, sequence } from "./composite.ts";
import { convolution } from "./convolution.ts";
import type { ConvolutionShape } from "./convolution.ts";
import { dense, flatten, maxPool, relu } from "./network.ts";
import type { Layer } from "./network.ts";
import { normalisation } from "./normalisation.ts";
import { SIDE } from "./render.ts";

/** Two convolutions with pooling, two dense layers: LeNet's shape, and the network of the digits model. */
function lenet(random: Random): Layer {
  return sequence(
    convolution({ name: "conv1", inputs: 1, outputs: 8, size: SIDE, kernel: 5 }, random),
    relu(),
    maxPool(8, SIDE),
    convolution({ name: "conv2", inputs: 8, outputs: 16, size: SIDE / 2, kernel: 3 }, random),
    relu(),
    maxPool(16, SIDE / 2),
    flatten(),
    dense("dense1", (16 * SIDE * SIDE) / 16, 48, random),
    relu(),
    dense("dense2", 48, 10, random),
  );
}

/** Three dense layers. */
function mlp(random: Random): Layer {
  return sequence(
    flatten(),
    dense("dense1", SIDE * SIDE, 96, random),
    relu(),
    dense("dense2", 96, 48, random),
    relu(),
    dense("dense3", 48, 10, random),
  );
}

/** A convolution and the normalisation behind it. */
function normalised(shape: ConvolutionShape, random: Random): Layer {
  const side = Math.ceil(shape.size / (shape.stride ?? 1));
  return sequence(convolution(shape, random), normalisation(`${shape.name}.norm`, shape.outputs, side * side));
}

/** Residual blocks on 14 × 14 and 7 × 7 pixels, global average pooling, one dense layer. */
function residualNet(random: Random): Layer {
  const block = (name: string, channels: number, size: number) =>
    sequence(
      residual(
        sequence(
          normalised({ name: `${name}.a`, inputs: channels, outputs: channels, size, kernel: 3 }, random),
          relu(),
          normalised({ name: `${name}.b`, inputs: channels, outputs: channels, size, kernel: 3 }, random),
        ),
      ),
      relu(),
    );
  return sequence(
    normalised({ name: "stem", inputs: 1, outputs: 12, size: SIDE, kernel: 5, stride: 2 }, random),
    relu(),
    block("block1", 12, 14),
    normalised({ name: "down", inputs: 12, outputs: 24, size: 14, kernel: 3, stride: 2 }, random),
    relu(),
    block("block2", 24, 7),
    globalAverage(24, 49),
    flatten(),
    dense("dense", 24, 10, random),
  );
}

/** Depthwise and pointwise convolutions in turn, global average pooling, one dense layer. */
function depthwiseNet(random: Random): Layer {
  const block = (name: string, inputs: number, outputs: number, size: number, stride: number) =>
    sequence(
      normalised({ name: `${name}.depth`, inputs, outputs: inputs, size, kernel: 3, stride, groups: inputs }, random),
      relu(),
      normalised({ name: `${name}.point`, inputs, outputs, size: size / stride, kernel: 1 }, random),
      relu(),
    );
  return sequence(
    normalised({ name: "stem", inputs: 1, outputs: 16, size: SIDE, kernel: 5, stride: 2 }, random),
    relu(),
    block("block1", 16, 32, 14, 1),
    block("block2", 32, 48, 14, 2),
    block("block3", 48, 64, 7, 1),
    globalAverage(64, 49),
    flatten(),
    dense("dense", 64, 10, random),
  );
}

/** The networks that read digits, by name; each is made with random weights. */
export const NETWORKS = { mlp, lenet, residual: residualNet, depthwise: depthwiseNet } as const;
export type NetworkName = keyof typeof NETWORKS;
