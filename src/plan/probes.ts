/** An HTTP request that green must answer as expected before it has any weight. */
export interface Probe {
  /** Name of the blue ECS service of an entry. */
  service: string;
  /** With its query. */
  path: string;
  /** `null`: as the entry's rule has it. */
  host: string | null;
  expect: {
    status: number;
    /** By name, in lower case. */
    headers: Readonly<Record<string, string>>;
    /** By JSON pointer (RFC 6901). */
    json: Readonly<Record<string, string | number | boolean | null>>;
  };
  /** What blue's answer to the same request is held against; `null` where it is not asked. */
  parity: {
    /** Names of headers that must be alike, in lower case. */
    headers: readonly string[];
    /** JSON pointers of what in the body may differ. */
    ignore: readonly string[];
  } | null;
}

/** They are sent all at once, in every look. */
export const PROBES_MAX = 20;

/** The services whose entries have a rule for probes; what is asked of them may change under a plan, and these may not. */
export const probedServices = (probes: readonly Probe[]): string[] =>
  [...new Set(probes.map(({ service }) => service))].toSorted();
