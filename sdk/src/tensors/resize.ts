/** A picture as planes of floats, one per channel; values 0 (black) to 255 (white). */
export interface Planes {
  readonly width: number;
  readonly height: number;
  readonly planes: readonly Float32Array[];
}

/**
 * Stretches to exactly `width` × `height`. Bilinear when enlarging; when shrinking the same filter is widened by the
 * factor, so that fine structure is averaged and does not alias.
 */
export function resizePlanes(
  { width: fromWidth, height: fromHeight, planes }: Planes,
  width: number,
  height: number,
): Planes {
  const columns = taps(fromWidth, width);
  const rows = taps(fromHeight, height);
  const resized = planes.map((plane) => {
    const narrow = new Float32Array(width * fromHeight);
    for (let y = 0; y < fromHeight; y++)
      columns.forEach((tap, x) => (narrow[y * width + x] = apply(tap, plane, y * fromWidth, 1)));
    const out = new Float32Array(width * height);
    rows.forEach((tap, y) => {
      for (let x = 0; x < width; x++) out[y * width + x] = apply(tap, narrow, x, width);
    });
    return out;
  });
  return { width, height, planes: resized };
}

interface Tap {
  readonly start: number;
  readonly weights: readonly number[];
}

function taps(from: number, to: number): Tap[] {
  const scale = from / to;
  const support = Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(from, Math.floor(centre + support + 0.5));
    const weights = Array.from({ length: end - start }, (_, k) =>
      Math.max(0, 1 - Math.abs(start + k + 0.5 - centre) / support),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { start, weights: weights.map((weight) => weight / sum) };
  });
}

function apply({ start, weights }: Tap, source: Float32Array, offset: number, stride: number): number {
  return weights.reduce((sum, weight, k) => sum + weight * (source[offset + (start + k) * stride] ?? 0), 0);
}
