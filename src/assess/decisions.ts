import type { PlanSpec } from '../plan/model.ts';
import type { FindingCode } from './catalogue.ts';
import { type AnyFindingCode, EVERY_FINDING } from './everyFinding.ts';
import type { Finding, Refusal } from './model.ts';
import { isAliasName } from './names.ts';

/** A choice that a person may make for a finding that needs a decision, or for a blocker that has a way out. */
interface Choice {
  /** The word in `spec.decisions[].choice`, or what stands for a path. */
  choice: string | { path: true };
  /** What green is then, and what the person has taken upon themselves. */
  means: string;
}

const PLAINTEXT: readonly Choice[] = [{ choice: 'plaintext', means: 'green services talk without TLS' }];

/**
 * The choices that are built. A finding that needs a decision and is not here has no way through yet, and a blocker that is not
 * here has none at all; both say so. Other alternatives of the catalogue are work for a person, after which the finding is gone.
 */
const CHOICES: Partial<Readonly<Record<AnyFindingCode, readonly Choice[]>>> = {
  CALL_GRAPH_GUESSED: [{ choice: 'confirm', means: 'the listed calls are all there are' }],
  NODE_MATCH_GUESS: [{ choice: 'confirm', means: 'the service runs as this node' }],
  NODE_NOT_ECS: [{ choice: 'dns', means: 'the name resolves by DNS without the mesh' }],
  BACKEND_UNKNOWN_VS: [{ choice: 'drop', means: 'nothing calls it' }],
  ENV_URL_NOT_ALIASED: [{ choice: 'ignore', means: 'the application does not call it' }],
  ROUTE_WEIGHTED_SPLIT: [{ choice: 'primary-only', means: 'the name leads to the primary service alone' }],
  ROUTE_CONTENT_SPLIT: [{ choice: 'primary-only', means: 'the name leads to the primary service alone' }],
  ROUTER_PROTOCOL_MISMATCH: [{ choice: 'node', means: "appProtocol is the node's" }],
  RETRY_DISABLED_LOST: [{ choice: 'idempotent', means: 'the endpoint bears a retry' }],
  HEALTHCHECK_MISSING: [{ choice: 'without', means: 'green runs without a container health check' }],
  HEALTHCHECK_GRPC: [{ choice: 'without', means: 'green runs without a container health check' }],
  VS_NAME_INVALID: [
    {
      choice: 'without-alias',
      means: 'green gets no alias of this name; you have made its clients call the service by another one',
    },
  ],
  TLS_ACM_TO_PCA: PLAINTEXT,
  TLS_FILE_CERT: PLAINTEXT,
  TLS_SDS_CERT: PLAINTEXT,
  TLS_PERMISSIVE: PLAINTEXT,
  TLS_TARGET_GROUP_HTTPS: [
    {
      choice: 'plaintext',
      means: 'the load balancer talks to green without TLS, as everybody does once the certificate is decided so',
    },
  ],
  MTLS_LISTENER_VALIDATION: [
    {
      choice: 'security-groups',
      means:
        "green asks for no client certificate, and has no TLS either, which is not built yet; it keeps blue's security groups, and you have seen that they let in its callers alone",
    },
  ],
  MESH_IP_PREFERENCE_IPV6: [{ choice: 'confirm', means: 'the application listens where the proxy forwards to' }],
  ECS_AGENT_OLD: [{ choice: 'other-instances', means: "green's tasks find room on the other instances" }],
  ECS_STANDALONE_TASK: [{ choice: 'elsewhere', means: 'these tasks reach what they call without the mesh' }],
  ECS_FARGATE_PLATFORM_OLD: [{ choice: 'latest', means: 'green runs on platform version LATEST' }],
  ECS_APP_REFERENCES_ENVOY: [{ choice: 'ignore', means: "the application bears that Envoy's ports are gone" }],
  ECS_TG_HEALTHCHECK_ENVOY_PORT: [
    { choice: { path: true }, means: "green's target group checks this path on the traffic port" },
  ],
  OPS_CALLER_LEFT_BEHIND: [
    {
      choice: 'retain',
      means:
        'green is made for the services of this plan, and blue of it, and of all that it calls, stays for its other callers',
    },
  ],
  OPS_CALLER_OUTSIDE_MESH: [
    { choice: 'elsewhere', means: 'these callers reach it without blue, or no longer call it, before blue is retired' },
  ],
  OPS_DAEMON: [
    {
      choice: 'parallel',
      means: 'green is a DAEMON too, both run on every instance, and you have tried that it serves',
    },
  ],
  OPS_QUEUE_CONSUMER: [{ choice: 'parallel', means: 'both sides may take work at the same time' }],
  OPS_SCHEDULER: [{ choice: 'parallel', means: 'a schedule may fire on both sides' }],
  OPS_SINGLETON: [{ choice: 'parallel', means: 'two of its tasks may run at the same time' }],
  OPS_WORKS_WITHOUT_TRAFFIC: [{ choice: 'parallel', means: 'both sides may work at the same time' }],
};

/** What a plan says to one finding. */
export type Decided =
  | { kind: 'decided'; choice: string }
  | { kind: 'undecided'; choices: string }
  | { kind: 'notBuilt'; choice: string; choices: string }
  | { kind: 'noWay' };

const matches = (option: Choice, choice: string): boolean =>
  typeof option.choice === 'string' ? option.choice === choice : choice.startsWith('/');

const shown = (options: readonly Choice[]): string =>
  options
    .map(
      (option) => `${typeof option.choice === 'string' ? option.choice : 'a path such as /health'} (${option.means})`,
    )
    .join(', ');

const optionsOf = (code: string): readonly Choice[] | undefined =>
  (CHOICES as Readonly<Record<string, readonly Choice[] | undefined>>)[code];

/** What the plan says to the finding of this code at this place. */
export function decidedFor(spec: Pick<PlanSpec, 'decisions'>, code: string, place: string): Decided {
  const options = optionsOf(code);
  if (options === undefined) return { kind: 'noWay' };
  const decision = spec.decisions.find((one) => one.code === code && one.place === place);
  if (decision === undefined) return { kind: 'undecided', choices: shown(options) };
  const { choice } = decision;
  return options.some((option) => matches(option, choice))
    ? { kind: 'decided', choice }
    : { kind: 'notBuilt', choice, choices: shown(options) };
}

/** The choices of a code in words, each with what it means; `undefined` where there are none. */
export function choicesOf(code: string): string | undefined {
  const options = optionsOf(code);
  return options === undefined ? undefined : shown(options);
}

/** Whether the plan has agreed to the loss: for every place, or for this one. */
export const isAccepted = (spec: Pick<PlanSpec, 'accept'>, code: string, place: string): boolean =>
  spec.accept.some((one) => (typeof one === 'string' ? one === code : one.code === code && one.place === place));

/** The certificates' findings: `plaintext` for any of them takes TLS away from every port of the virtual node. */
const CERTIFICATES: readonly string[] = [
  'TLS_ACM_TO_PCA',
  'TLS_FILE_CERT',
  'TLS_SDS_CERT',
  'TLS_PERMISSIVE',
] satisfies FindingCode[];

/** The places for which the plan decided that green talks without TLS. */
export const plaintextPlaces = ({ decisions }: Pick<PlanSpec, 'decisions'>): Set<string> =>
  new Set(
    decisions.filter((one) => CERTIFICATES.includes(one.code) && one.choice === 'plaintext').map((one) => one.place),
  );

/** Whether the plan decided that green gets no alias of this virtual service's name; one that can be an alias keeps it whatever the plan says. */
export const isWithoutAlias = (spec: Pick<PlanSpec, 'decisions'>, virtualService: string): boolean =>
  !isAliasName(virtualService.toLowerCase()) &&
  decidedFor(spec, 'VS_NAME_INVALID', `virtualService/${virtualService}`).kind === 'decided';

/**
 * Decisions that could mean nothing, whatever the estate: on a code that no finding has, on one that leaves no choice, or a choice
 * that is none. One whose finding is open is refused with that finding, and one whose finding is gone is no longer needed.
 */
export function decisionRefusals(
  { decisions }: Pick<PlanSpec, 'decisions'>,
  findings: readonly Pick<Finding, 'code' | 'place'>[],
): Refusal[] {
  return decisions.flatMap(({ code, place, choice }, index): Refusal[] => {
    if (findings.some((one) => one.code === code && one.place === place)) return [];
    const here = `spec.decisions[${index}]`;
    if (!Object.hasOwn(EVERY_FINDING, code)) {
      const message = `No finding has the code ${code}. Correct it, or take the decision out.`;
      return [{ reason: 'UnknownFinding', place: `${here}.code`, message }];
    }
    const options = optionsOf(code);
    if (options === undefined) {
      const message = `${code} leaves no choice in a plan. Take the decision out.`;
      return [{ reason: 'NoChoice', place: `${here}.code`, message }];
    }
    if (options.some((option) => matches(option, choice))) return [];
    const message = `${choice} is no choice for ${code}; possible: ${shown(options)}.`;
    return [{ reason: 'ChoiceNotYet', place: `${here}.choice`, message }];
  });
}
