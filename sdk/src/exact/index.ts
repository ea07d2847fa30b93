/** The exact profile: models whose every output byte is law. What it is: docs/EXACT.md. */
export { canonicalise } from "./canonicalise/index.ts";
export type { CanonicalModel, FloatPart } from "./canonicalise/index.ts";
export { CLIENT_OPERATORS, runHead, runTail } from "./client/index.ts";
export type { ClientModel, ClientPart } from "./client/index.ts";
export * from "./commit/index.ts";
export * from "./dispute/index.ts";
export { lawElement, lawNode, lawOf, requantise, runLaw } from "./law/index.ts";
export { FILL, LIMITS, shapeOfDims, sizeOf, tensorShape } from "./model.ts";
export type {
  AddMulNode,
  ArgMaxNode,
  ContractNode,
  ExactModel,
  ExactNode,
  MaxPoolNode,
  MoveNode,
  Port,
  SelectNode,
  Shape,
  TableNode,
  ViewNode,
  Window,
} from "./model.ts";
export { toLogical, toPhysical } from "./order.ts";
export { ortFloatRunner, quantise } from "./quantise/index.ts";
export type {
  ClientNodeReport,
  ExactTrace,
  FloatOrt,
  FloatRunner,
  OutputReport,
  QuantiseOptions,
  QuantiseReport,
  TensorReport,
} from "./quantise/index.ts";
