import { filterVectors } from "./filters.ts";
import { modelVectors } from "./models.ts";
import { nodeVectors } from "./nodes.ts";
import { requantiseVectors } from "./requantise.ts";
import { tensorVectors } from "./tensors.ts";

/** The files of test/vectors/exact by name: what contracts and circuits must reproduce. The same at every call. */
export async function exactVectors(): Promise<ReadonlyMap<string, object>> {
  return new Map([
    ["requantise.json", requantiseVectors()],
    ["tensors.json", await tensorVectors()],
    ["filters.json", await filterVectors()],
    ["nodes.json", await nodeVectors()],
    ["models.json", await modelVectors()],
  ]);
}
