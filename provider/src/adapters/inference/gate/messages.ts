/** A model as the gate reads it: every field that a rule looks at. Lists of numbers keep their first entries only. */
export interface GateModel {
  readonly irVersion?: bigint;
  readonly graph?: GateGraph;
  readonly opsetImport?: readonly { readonly domain?: string; readonly version?: bigint }[];
  readonly trainingInfo?: readonly Measured[];
  readonly functions?: readonly Measured[];
}

/** Data that was skipped; its size in bytes. */
export type Measured = number;

export interface GateGraph {
  readonly nodes?: readonly GateNode[];
  readonly initializers?: readonly GateTensor[];
  readonly sparseInitializers?: readonly GateSparseTensor[];
  readonly inputs?: readonly GateValueInfo[];
  readonly outputs?: readonly GateValueInfo[];
  readonly valueInfo?: readonly GateValueInfo[];
}

export interface GateNode {
  readonly name?: string;
  readonly opType?: string;
  readonly domain?: string;
  readonly overload?: string;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly attributes?: readonly GateAttribute[];
}

export interface GateAttribute {
  readonly name?: string;
  readonly int?: bigint;
  readonly ints?: readonly bigint[];
  readonly tensor?: GateTensor;
  readonly graph?: GateGraph;
  readonly graphs?: readonly GateGraph[];
  readonly tensors?: readonly GateTensor[];
  readonly sparseTensor?: GateSparseTensor;
  readonly sparseTensors?: readonly GateSparseTensor[];
}

export interface GateTensor {
  readonly name?: string;
  readonly dims?: readonly bigint[];
  readonly dataType?: bigint;
  readonly rawData?: Uint8Array;
  readonly int32Data?: readonly bigint[];
  readonly int64Data?: readonly bigint[];
  readonly externalData?: readonly Measured[];
  readonly dataLocation?: bigint;
}

export interface GateSparseTensor {
  readonly values?: GateTensor;
  readonly indices?: GateTensor;
  readonly dims?: readonly bigint[];
}

export interface GateValueInfo {
  readonly name?: string;
  readonly type?: GateType;
}

export interface GateType {
  readonly tensor?: { readonly elemType?: bigint; readonly shape?: { readonly dims?: readonly GateDimension[] } };
}

export interface GateDimension {
  readonly value?: bigint;
  readonly param?: string;
}
