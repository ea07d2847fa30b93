/** Common dimensions of ONNX's broadcasting, or nothing if there are none. */
export function broadcastDims(all: readonly (readonly number[])[]): number[] | undefined {
  const rank = all.reduce((most, dims) => Math.max(most, dims.length), 0);
  const result: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const sizes = all.map((dims) => dims[axis - rank + dims.length] ?? 1).filter((size) => size !== 1);
    if (sizes.some((size) => size !== sizes[0])) return undefined;
    result.push(sizes[0] ?? 1);
  }
  return result;
}
