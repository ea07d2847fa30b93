/** The exact profile: models whose every output byte is law. What it is: docs/EXACT.md. */
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
