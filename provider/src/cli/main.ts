// The runtime prints a warning for each experimental module it loads; `start` logs warnings, other commands keep quiet.
process.removeAllListeners("warning");
process.env["ORT_DISABLE_TELEMETRY"] = "1";

const { runProgram } = await import("./program.ts");
await runProgram(process.argv);
export {};
