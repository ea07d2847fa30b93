import { explainRevert } from "./errors/explain-revert.ts";

/** Awaits a read; whatever it throws becomes a GliaError. */
export async function explained<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw explainRevert(error);
  }
}
