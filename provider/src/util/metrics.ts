import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What the node measures; every metric has its unit in its name and says in its help what it counts. */
export type Metrics = ReturnType<typeof createMetrics>;

/** Creates the metrics of one node in a registry of their own. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    points: new Counter({
      name: "glia_node_job_steps_total",
      help: "Steps that jobs reached, by step name (count).",
      labelNames: ["step"],
      registers,
    }),
    exactNodes: new Counter({
      name: "glia_node_exact_nodes_total",
      help: "Nodes of exact models that jobs were run on, by what computes them: runtime, or law where the self-test failed (count).",
      labelNames: ["by"],
      registers,
    }),
    jobs: new Gauge({
      name: "glia_node_jobs",
      help: "Jobs in the journal, by state (count).",
      labelNames: ["state"],
      registers,
    }),
    audits: new Gauge({
      name: "glia_node_audits",
      help: "Other providers' audited jobs in the journal, by state (count).",
      labelNames: ["state"],
      registers,
    }),
    differences: new Counter({
      name: "glia_node_audit_differences_total",
      help: "Audits in which a provider's revealed result was not what this node computed (count).",
      registers,
    }),
    answers: new Counter({
      name: "glia_node_dispute_answers_total",
      help: "Moves made in challenges of own jobs, by what was asked (count).",
      labelNames: ["what"],
      registers,
    }),
    disputes: new Counter({
      name: "glia_node_dispute_moves_total",
      help: "Moves made in own challenges of other providers' jobs, by kind (count).",
      labelNames: ["what"],
      registers,
    }),
    readBlock: new Gauge({
      name: "glia_node_chain_read_block_number",
      help: "Number of the last block that was read (block number).",
      registers,
    }),
    loopFailures: new Counter({
      name: "glia_node_loop_failures_total",
      help: "Failed steps of background services, by service (count).",
      labelNames: ["service"],
      registers,
    }),
    requests: new Histogram({
      name: "glia_node_request_duration_seconds",
      help: "Time to answer requests of the public server, by route and status (seconds).",
      labelNames: ["route", "status"],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
      registers,
    }),
    residentBytes: new Gauge({
      name: "glia_node_resident_memory_bytes",
      help: "Resident memory of the node's own process (bytes).",
      registers,
      collect() {
        this.set(process.memoryUsage.rss());
      },
    }),
  };
}
