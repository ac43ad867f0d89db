import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Json } from '../../estate/export.ts';
import { asksBlue, isGrpc, type Probe } from '../../plan/probes.ts';
import { isLikePattern } from '../../plan/pattern.ts';

type Condition = Json<Elb.RuleCondition>;

/** A request as it is sent, but for the header that leads it to green: a GET, or the question of gRPC's health checking protocol. */
export interface ProbeRequest {
  /** `undefined`: the load balancer's own name. */
  host: string | undefined;
  /** With its query. */
  path: string;
  /** By name, in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Whose health is asked for, empty for the whole server's. `undefined`: it is a GET. */
  grpcService?: string | undefined;
}

/** What a probe goes through: an entry, and the listener by which it comes in. */
export interface ProbeDoor {
  /** Those of the entry's own rule. */
  conditions: readonly Condition[];
  /** Of the target group; `undefined`: `HTTP1`. */
  protocolVersion: string | undefined;
  /** Of the listener. */
  protocol: string | undefined;
}

export type Addressed = { can: true; request: ProbeRequest } | { can: false; why: string };

/** Where gRPC's health checking protocol is asked. */
const HEALTH_PATH = '/grpc.health.v1.Health/Check';

/** What every probe says of itself: the load balancer's log shows it. */
const OWN_HEADERS = { 'user-agent': 'meshlift-probe', accept: '*/*' } as const;

/** A rule has five condition values at most (row L17), and the header that leads to green is one. */
const VALUES_MAX = 5;

/**
 * What a rule for probes has of the entry's conditions. gRPC's services are told apart by their paths, and the health is asked for at
 * none of theirs: there the path is the health's.
 */
export const conditionsForProbes = ({ conditions, protocolVersion }: ProbeDoor): readonly Condition[] =>
  protocolVersion === 'GRPC'
    ? conditions.map((condition) =>
        condition.Field === 'path-pattern'
          ? { Field: condition.Field, PathPatternConfig: { Values: [HEALTH_PATH] } }
          : condition,
      )
    : conditions;

/** The request of a probe that an entry's rule takes as one of its own; or why there is none. */
export function probeRequest(probe: Probe, door: ProbeDoor): Addressed {
  const why = isGrpc(probe) ? noGrpc(door) : noHttp(door);
  if (why !== undefined) return { can: false, why };
  const addressed = isGrpc(probe)
    ? addressedBy(probe, HEALTH_PATH, conditionsForProbes(door))
    : addressedBy(probe, probe.path, door.conditions);
  if (!addressed.can || !isGrpc(probe) || !asksBlue(probe)) return addressed;
  const unmet = door.conditions.find((condition) => meets(condition, addressed.request) !== 'yes');
  if (unmet === undefined) return addressed;
  return {
    can: false,
    why: `blue is asked through the entry's own rule, and ${unmetWords(unmet, addressed.request)}: leave parity out`,
  };
}

const noGrpc = ({ protocolVersion = 'HTTP1', protocol }: ProbeDoor): string | undefined => {
  if (protocolVersion !== 'GRPC') {
    return `its target group speaks ${protocolVersion} and no gRPC: write path instead of grpc`;
  }
  return protocol === 'HTTPS'
    ? undefined
    : `a load balancer takes gRPC by an HTTPS listener alone (row L35), and this one is ${protocol ?? 'not known'}: name an HTTPS listener`;
};

/** A GET is HTTP/1.1, and a load balancer answers it 464 where the target group wants more. */
const noHttp = ({ protocolVersion = 'HTTP1' }: ProbeDoor): string | undefined => {
  if (protocolVersion === 'GRPC') {
    return 'its target group takes gRPC alone: write grpc: {} instead of path, or grpc: { service: my.package.Name }';
  }
  return protocolVersion === 'HTTP2' ? 'its target group takes HTTP/2 alone, and a probe is HTTP/1.1' : undefined;
};

function addressedBy(probe: Probe, path: string, conditions: readonly Condition[]): Addressed {
  if (!hasRoom(conditions)) {
    return {
      can: false,
      why: `the rule has ${countOf(conditions)} condition values, and with the probe's header it would have more than ${VALUES_MAX} (row L17)`,
    };
  }
  const request: ProbeRequest = {
    host: probe.host ?? conditions.filter(({ Field }) => Field === 'host-header').flatMap(literalsOf)[0],
    path,
    headers: {
      ...OWN_HEADERS,
      ...Object.fromEntries(
        conditions.flatMap((condition) => {
          const name = condition.HttpHeaderConfig?.HttpHeaderName?.toLowerCase();
          const [value] = literalsOf(condition);
          return name === undefined || value === undefined ? [] : [[name, value]];
        }),
      ),
    },
    ...(isGrpc(probe) ? { grpcService: probe.grpc.service } : {}),
  };
  const unmet = conditions.find((condition) => meets(condition, request) !== 'yes');
  if (unmet === undefined) return { can: true, request };
  return { can: false, why: unmetWords(unmet, request) };
}

const countOf = (conditions: readonly Condition[]): number =>
  conditions.reduce((sum, condition) => sum + valuesOf(condition).length, 0);

/** Whether a rule with these conditions may have the header of probes besides. */
export const hasRoom = (conditions: readonly Condition[]): boolean => countOf(conditions) < VALUES_MAX;

/** Whether a request fulfils a condition; `unknown` where only the load balancer can tell. */
export function meets(condition: Condition, request: ProbeRequest): 'yes' | 'no' | 'unknown' {
  const { host, path, headers } = request;
  const among = (text: string | undefined, ignoreCase: boolean): 'yes' | 'no' | 'unknown' => {
    if (text !== undefined && textsOf(condition).some((one) => isLikePattern(text, one, { ignoreCase }))) return 'yes';
    return regexesOf(condition).length > 0 || text === undefined ? 'unknown' : 'no';
  };
  switch (condition.Field) {
    case 'host-header':
      return among(host, true);
    case 'path-pattern':
      return among(path.split('?')[0] ?? '', false);
    case 'http-request-method':
      return (condition.HttpRequestMethodConfig?.Values ?? []).includes(methodOf(request)) ? 'yes' : 'no';
    case 'http-header': {
      const value = headers[condition.HttpHeaderConfig?.HttpHeaderName?.toLowerCase() ?? ''];
      return value === undefined ? 'no' : among(value, true);
    }
    default:
      return 'unknown';
  }
}

const methodOf = ({ grpcService }: ProbeRequest): string => (grpcService === undefined ? 'GET' : 'POST');

/** The conditions as they may be sent: what was described cannot be sent back as it is (row L34). */
export const sendable = (conditions: readonly Condition[]): Condition[] =>
  conditions.map((condition) => {
    switch (condition.Field) {
      case 'host-header':
        return { Field: condition.Field, HostHeaderConfig: condition.HostHeaderConfig ?? textConfig(condition) };
      case 'path-pattern':
        return { Field: condition.Field, PathPatternConfig: condition.PathPatternConfig ?? textConfig(condition) };
      default:
        return condition;
    }
  });

const textConfig = ({ Values }: Condition) => (Values === undefined ? {} : { Values });

const configOf = (condition: Condition) =>
  condition.HostHeaderConfig ?? condition.PathPatternConfig ?? condition.HttpHeaderConfig ?? condition;

const textsOf = (condition: Condition): readonly string[] => configOf(condition).Values ?? condition.Values ?? [];
const regexesOf = (condition: Condition): readonly string[] =>
  configOf(condition).RegexValues ?? condition.RegexValues ?? [];
const literalsOf = (condition: Condition): string[] => textsOf(condition).filter((text) => !/[*?\\]/.test(text));

const valuesOf = (condition: Condition): readonly unknown[] => [
  ...textsOf(condition),
  ...regexesOf(condition),
  ...(condition.HttpRequestMethodConfig?.Values ?? []),
  ...(condition.QueryStringConfig?.Values ?? []),
  ...(condition.SourceIpConfig?.Values ?? []),
];

function unmetWords(condition: Condition, request: ProbeRequest): string {
  const { host, path } = request;
  const values = [...textsOf(condition), ...regexesOf(condition)].join(', ');
  switch (condition.Field) {
    case 'host-header':
      return host === undefined
        ? `the rule takes the hosts ${values} and names none without wildcards: give the probe a host`
        : `the rule takes the hosts ${values}, and ${host} is not known to be one`;
    case 'path-pattern':
      return `the rule takes the paths ${values}, and ${path} is not known to be one`;
    case 'http-request-method':
      return `the rule takes no ${methodOf(request)}, and a probe is one`;
    default:
      return `the rule has a condition on ${condition.Field ?? 'something'}, which a probe is not known to fulfil`;
  }
}
