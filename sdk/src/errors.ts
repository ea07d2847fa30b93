/** What a caller can do about an error; every command's exit code and every HTTP status follows from it. */
export type ErrorKind =
  /** A flag, option or argument is malformed. */
  | "usage"
  /** A file, tensor, model, spec or message is not what it must be. */
  | "input"
  /** Balance, stake, allowance or gas money is missing. */
  | "funds"
  /** An endpoint, peer or RPC did not answer or answered nonsense. */
  | "network"
  /** A contract, provider or policy said no. */
  | "refused"
  /** A hash, signature or root does not match. */
  | "verification"
  /** A deadline passed. */
  | "timeout"
  /** Our own fault. */
  | "internal";

/** Exit codes of `glia` and `glia-node`; stable, part of the interface. 0 is success, 1 an internal error. */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  internal: 1,
  usage: 2,
  input: 3,
  funds: 4,
  network: 5,
  refused: 6,
  verification: 7,
  timeout: 8,
};

/** Parts of a {@link GliaError} besides its code and message. */
export interface GliaErrorOptions {
  readonly kind: ErrorKind;
  /** What to do next, as a sentence. */
  readonly hint?: string;
  /** Whether the same call may succeed later without any change. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
  /** Machine-readable facts: the offending value, the limit, the address. Never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * The one error type that crosses a package border.
 * `code` is stable and SCREAMING_SNAKE_CASE, e.g. `TENSOR_SHAPE_MISMATCH`; `message` says what was wrong and what a right value looks like.
 */
export class GliaError extends Error {
  override readonly name = "GliaError";
  readonly code: string;
  readonly kind: ErrorKind;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: GliaErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.kind = options.kind;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
  }

  /** The shape that `--json` and HTTP error bodies carry. */
  toJSON(): { code: string; kind: ErrorKind; message: string; hint?: string; retryable: boolean; details: object } {
    return {
      code: this.code,
      kind: this.kind,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      retryable: this.retryable,
      details: this.details,
    };
  }
}
