/** What green must answer as expected before it has any weight. */
export type Probe = HttpProbe | GrpcProbe;

/** An HTTP request. */
export interface HttpProbe {
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

/** The question of gRPC's health checking protocol, which must be answered with SERVING. */
export interface GrpcProbe {
  /** Name of the blue ECS service of an entry. */
  service: string;
  /** `null`: as the entry's rule has it. */
  host: string | null;
  grpc: {
    /** Whose health is asked for, as the server knows it: `my.package.Orders`. Empty: the whole server's. */
    service: string;
  };
  /** Whether blue must answer the same. */
  parity: boolean;
}

/** They are sent all at once, in every look. */
export const PROBES_MAX = 20;

/** The services whose entries have a rule for probes; what is asked of them may change under a plan, and these may not. */
export const probedServices = (probes: readonly Probe[]): string[] =>
  [...new Set(probes.map(({ service }) => service))].toSorted();

export const isGrpc = (probe: Probe): probe is GrpcProbe => 'grpc' in probe;

/** What a probe asks for, beside the service and the host: `/health?full=1`, ` grpc`, ` grpc my.package.Orders`. */
export const askedFor = (probe: Probe): string => {
  if (!isGrpc(probe)) return probe.path;
  return probe.grpc.service === '' ? ' grpc' : ` grpc ${probe.grpc.service}`;
};

/** Whether blue is asked as well. */
export const asksBlue = ({ parity }: Probe): boolean => parity !== null && parity !== false;
