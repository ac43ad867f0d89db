import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Json } from '../../estate/export.ts';
import type { Probe } from '../../plan/probes.ts';
import { isLikePattern } from './pattern.ts';

type Condition = Json<Elb.RuleCondition>;

/** A GET request as it is sent, but for the header that leads it to green. */
export interface ProbeRequest {
  /** `undefined`: the load balancer's own name. */
  host: string | undefined;
  /** With its query. */
  path: string;
  /** By name, in lower case. */
  headers: Readonly<Record<string, string>>;
}

export type Addressed = { can: true; request: ProbeRequest } | { can: false; why: string };

/** What every probe says of itself: the load balancer's log shows it. */
const OWN_HEADERS = { 'user-agent': 'meshlift-probe', accept: '*/*' } as const;

/** A rule has five condition values at most (row L17), and the header that leads to green is one. */
const VALUES_MAX = 5;

/** The request of a probe that an entry's rule takes as one of its own; or why there is none. */
export function probeRequest(probe: Probe, conditions: readonly Condition[]): Addressed {
  if (!hasRoom(conditions)) {
    return {
      can: false,
      why: `the rule has ${countOf(conditions)} condition values, and with the probe's header it would have more than ${VALUES_MAX} (row L17)`,
    };
  }
  const request: ProbeRequest = {
    host: probe.host ?? conditions.filter(({ Field }) => Field === 'host-header').flatMap(literalsOf)[0],
    path: probe.path,
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
export function meets(condition: Condition, { host, path, headers }: ProbeRequest): 'yes' | 'no' | 'unknown' {
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
      return (condition.HttpRequestMethodConfig?.Values ?? []).includes('GET') ? 'yes' : 'no';
    case 'http-header': {
      const value = headers[condition.HttpHeaderConfig?.HttpHeaderName?.toLowerCase() ?? ''];
      return value === undefined ? 'no' : among(value, true);
    }
    default:
      return 'unknown';
  }
}

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

function unmetWords(condition: Condition, { host, path }: ProbeRequest): string {
  const values = [...textsOf(condition), ...regexesOf(condition)].join(', ');
  switch (condition.Field) {
    case 'host-header':
      return host === undefined
        ? `the rule takes the hosts ${values} and names none without wildcards: give the probe a host`
        : `the rule takes the hosts ${values}, and ${host} is not known to be one`;
    case 'path-pattern':
      return `the rule takes the paths ${values}, and ${path} is not known to be one`;
    case 'http-request-method':
      return 'the rule takes no GET, and a probe is one';
    default:
      return `the rule has a condition on ${condition.Field ?? 'something'}, which a probe is not known to fulfil`;
  }
}
