/** One thing that `npm run check` looks at. */
export interface Check {
  /** The word that selects it: `npm run check -- <name>`. */
  readonly name: string;
  /** Every problem as one line that starts with a path where there is one; empty when all is well. */
  readonly run: () => Promise<readonly string[]>;
}
