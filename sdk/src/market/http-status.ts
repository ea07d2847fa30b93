import type { ErrorKind } from "../errors.ts";

const STATUS: Readonly<Record<ErrorKind, number>> = {
  usage: 400,
  input: 400,
  funds: 402,
  refused: 403,
  timeout: 408,
  verification: 422,
  internal: 500,
  network: 502,
};

/** The HTTP status with which a provider answers an error of this kind. */
export function httpStatus(kind: ErrorKind): number {
  return STATUS[kind];
}
