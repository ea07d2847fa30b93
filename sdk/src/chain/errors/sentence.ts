import type { ErrorKind } from "../../errors.ts";

/** How one custom error reads: `{name}` in `says` and `next` is replaced by the error's argument of that name. */
export interface Sentence {
  readonly kind: ErrorKind;
  /** What was wrong, and what a right value looks like. */
  readonly says: string;
  /** What to do next. */
  readonly next: string;
  /** Whether the same call may succeed later without any change. */
  readonly retryable?: boolean;
}

export type SentenceTable = Readonly<Record<string, Sentence>>;
