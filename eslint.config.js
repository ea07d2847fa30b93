import tseslint from "typescript-eslint";

/** A rule of ours: whoever switches a rule off says why, after `--`. */
const suppressionGivesReason = {
  meta: { type: "suggestion", schema: [] },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        if (/^\s*eslint-disable/.test(comment.value) && !/\s--\s+\S/.test(comment.value)) {
          context.report({ loc: comment.loc, message: "Say why: // eslint-disable-next-line some-rule -- the reason" });
        }
      }
    },
  }),
};

const SUITES = "/^(describe|context|suite)$/";

/** Mocha calls a suite's function once and does not wait for it: tests registered later never run, and nothing fails. */
const noAsyncSuites = [`CallExpression[callee.name=${SUITES}]`, `CallExpression[callee.object.name=${SUITES}]`].map(
  (call) => ({
    selector: `${call} > :function[async=true]`,
    message:
      "A suite's function is not awaited, so an async one registers nothing and passes. Load data in before() instead.",
  }),
);

const noHiddenTests = [
  {
    selector: "CallExpression[callee.property.name=/^(only|skip)$/][callee.object.name=/^(describe|it)$/]",
    message: "Every test runs, always.",
  },
  {
    selector: "CallExpression[callee.property.name='retries']",
    message: "A retry hides a flaky test: find its cause.",
  },
];

/** The pure rules get time and chance as arguments, so that every decision can be replayed. */
const pureDomain = [
  { object: "Date", property: "now", message: "Pass the time in: domain has no clock." },
  { object: "Math", property: "random", message: "Pass the choice in: domain has no chance." },
  { object: "performance", property: "now", message: "Pass the time in: domain has no clock." },
];

export default tseslint.config(
  { ignores: ["**/node_modules/", "**/dist/", "artifacts/", "cache/", "coverage/", "contracts/abi/", "**/.glia/"] },
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { glia: { rules: { "suppression-gives-reason": suppressionGivesReason } } },
    rules: {
      "glia/suppression-gives-reason": "error",
      eqeqeq: "error",
      "no-console": "off",
      "no-constant-binary-expression": "error",
      "no-eval": "error",
      "no-template-curly-in-string": "error",
      "no-unreachable-loop": "error",
      "prefer-const": "error",
    },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/ban-ts-comment": [
        "error",
        { "ts-ignore": true, "ts-nocheck": true, "ts-expect-error": "allow-with-description" },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "none" },
      ],
      "@typescript-eslint/prefer-nullish-coalescing": "error",
      "@typescript-eslint/return-await": ["error", "error-handling-correctness-only"],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // An interface may be asynchronous where one of its implementations is not.
      "@typescript-eslint/require-await": "off",
      // `process.env["X"]` is how noPropertyAccessFromIndexSignature wants it; both forms are fine here.
      "@typescript-eslint/dot-notation": "off",
    },
  },
  { files: ["sdk/src/**/*.ts", "provider/src/domain/**/*.ts"], rules: { "no-console": "error" } },
  { files: ["provider/src/domain/**/*.ts"], rules: { "no-restricted-properties": ["error", ...pureDomain] } },
  {
    files: ["**/*.test.ts", "test/**/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...noAsyncSuites, ...noHiddenTests] },
  },
);
