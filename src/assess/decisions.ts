import type { PlanSpec } from '../plan/model.ts';
import type { FindingCode } from './catalogue.ts';

/** A choice that a person may make for a finding that needs a decision. */
interface Choice {
  /** The word in `spec.decisions[].choice`, or what stands for a path. */
  choice: string | { path: true };
  /** What Meshlift does then. */
  means: string;
}

/**
 * The choices that are built. A finding that needs a decision and is not here has no way through yet, and says so; other
 * alternatives of the catalogue are work for a person, after which the finding is gone.
 */
const CHOICES: Partial<Readonly<Record<FindingCode, readonly Choice[]>>> = {
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
  TLS_ACM_TO_PCA: [{ choice: 'plaintext', means: 'green services talk without TLS' }],
  TLS_FILE_CERT: [{ choice: 'plaintext', means: 'green services talk without TLS' }],
  TLS_PERMISSIVE: [{ choice: 'plaintext', means: 'green services talk without TLS' }],
  MESH_IP_PREFERENCE_IPV6: [{ choice: 'confirm', means: 'the application listens where the proxy forwards to' }],
  ECS_AGENT_OLD: [{ choice: 'other-instances', means: "green's tasks find room on the other instances" }],
  ECS_STANDALONE_TASK: [{ choice: 'elsewhere', means: 'these tasks reach what they call without the mesh' }],
  ECS_FARGATE_PLATFORM_OLD: [{ choice: 'latest', means: 'green runs on platform version LATEST' }],
  ECS_APP_REFERENCES_ENVOY: [{ choice: 'ignore', means: "the application bears that Envoy's ports are gone" }],
  ECS_TG_HEALTHCHECK_ENVOY_PORT: [
    { choice: { path: true }, means: "green's target group checks this path on the traffic port" },
  ],
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

export function decidedFor(spec: Pick<PlanSpec, 'decisions'>, code: string, place: string): Decided {
  const options = (CHOICES as Readonly<Record<string, readonly Choice[] | undefined>>)[code];
  if (options === undefined) return { kind: 'noWay' };
  const decision = spec.decisions.find((one) => one.code === code && one.place === place);
  if (decision === undefined) return { kind: 'undecided', choices: shown(options) };
  const { choice } = decision;
  return options.some((option) => matches(option, choice))
    ? { kind: 'decided', choice }
    : { kind: 'notBuilt', choice, choices: shown(options) };
}
