/** What became of a reconcile, as far as it is told. */
export interface Outcome {
  kind: string;
  /** Another operator has the plan. */
  heldBy?: string;
}

/** Where reconciles are told as traces: who waited for what, and for how long. */
export interface Traces {
  /** Around one reconcile of a plan. What it answers and throws goes through. */
  reconcile: <T extends Outcome>(plan: string, action: () => Promise<T>) => Promise<T>;
  /** What is known of the plan by now, in the fields of its log lines. */
  known: (fields: object) => void;
  /** Around one call of AWS or of the table, `ecs:DescribeServices`. Outside of a reconcile nothing is told of it. */
  call: <T>(api: string, action: () => Promise<T>) => Promise<T>;
  /** Sends what is not sent yet; waits a few seconds for it at most. */
  stop: () => Promise<void>;
}

/** Nobody is told. */
export const NO_TRACES: Traces = {
  reconcile: (_plan, action) => action(),
  known: () => {},
  call: (_api, action) => action(),
  stop: () => Promise.resolve(),
};

/** OpenTelemetry's own variables: where there is a collector, the exporter goes by theirs too. `OTEL_SDK_DISABLED=true` outweighs them. */
export const tracesAreWanted = (environment: Readonly<Record<string, string | undefined>>): boolean =>
  (environment['OTEL_SDK_DISABLED'] ?? '').toLowerCase() !== 'true' &&
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'].some(
    (name) => (environment[name] ?? '') !== '',
  );
