export const PLAN = 'shop';
export const CLUSTER = 'shop';

/** What tests want otherwise than the plan below has it. */
export interface PlanChanges {
  name?: string;
  strategy?: 'migrate' | 'rescue';
  access?: { roleArn?: string; externalId?: string; region?: string };
  rehearse?: boolean;
  steps?: readonly { weight: number; bake: string }[];
  alarms?: string[] | { names?: string[]; create: true | Record<string, unknown> };
  /** Default force: bakes are as short as they can be. */
  shortBakes?: 'refuse' | 'force';
  approvals?: string[];
  analysis?: Record<string, unknown>;
  probes?: Record<string, unknown>[];
  windows?: { timeZone: string; freeze: string }[];
  evidence?: 'metrics' | 'callGraph';
  registries?: 'handOver' | 'leave';
  soak?: string;
  keepGreen?: string;
  rollbackStrategy?: 'immediate' | 'gradual';
  viability?: { min?: number; below?: string };
  nameSuffix?: string;
  namespace?: string;
  shared?: string[];
  decisions?: readonly { code: string; place: string; choice: string }[];
  accept?: string[];
  notify?: Record<string, unknown>[];
  paused?: boolean;
  onSourceChange?: 'pause' | 'follow' | 'ignore';
  onDrift?: 'pause' | 'reassert' | 'adopt';
  mesh?: 'keep' | 'delete';
  services?: Record<string, { cutover?: string }>;
  traffic?: { service: string; alb: ({ listenerRule: string } | { listener: string }) & { testListener?: string } }[];
}

/** A plan of the sample estate as a person writes it: three steps, both alarms, everything at the shortest. */
export function manifestOf(listenerRule: string, changes: PlanChanges = {}): Record<string, unknown> {
  return {
    apiVersion: 'meshlift.dev/v1',
    kind: 'MigrationPlan',
    metadata: { name: changes.name ?? PLAN },
    spec: {
      ...(changes.strategy === undefined ? {} : { strategy: changes.strategy }),
      ...(changes.access === undefined ? {} : { access: changes.access }),
      source: {
        cluster: CLUSTER,
        mesh: 'shop',
        ...(changes.onSourceChange === undefined ? {} : { onSourceChange: changes.onSourceChange }),
      },
      target: {
        nameSuffix: changes.nameSuffix ?? '-sc',
        serviceConnect: { namespace: changes.namespace ?? 'shop-sc' },
        ...(changes.shared === undefined ? {} : { shared: changes.shared }),
      },
      traffic: changes.traffic ?? [{ service: 'frontend', alb: { listenerRule } }],
      ...(changes.services === undefined ? {} : { services: changes.services }),
      ramp: {
        ...(changes.rehearse === undefined ? {} : { rehearse: changes.rehearse }),
        steps: changes.steps ?? [
          { weight: 10, bake: '1m' },
          { weight: 50, bake: '1m' },
          { weight: 100, bake: '1m' },
        ],
      },
      gates: {
        alarms: changes.alarms ?? ['shop-5xx', 'shop-latency'],
        shortBakes: changes.shortBakes ?? 'force',
        ...(changes.approvals === undefined ? {} : { approvals: changes.approvals }),
        ...(changes.analysis === undefined ? {} : { analysis: changes.analysis }),
        ...(changes.probes === undefined ? {} : { probes: changes.probes }),
        ...(changes.windows === undefined ? {} : { windows: changes.windows }),
      },
      rollback: {
        keepGreen: changes.keepGreen ?? '0s',
        ...(changes.rollbackStrategy === undefined ? {} : { strategy: changes.rollbackStrategy }),
        ...(changes.viability === undefined ? {} : { viability: changes.viability }),
      },
      retire: {
        soak: changes.soak ?? '1m',
        mesh: changes.mesh ?? 'delete',
        evidence: changes.evidence ?? 'callGraph',
        ...(changes.registries === undefined ? {} : { registries: changes.registries }),
      },
      ...(changes.decisions === undefined ? {} : { decisions: changes.decisions }),
      ...(changes.accept === undefined ? {} : { accept: changes.accept }),
      ...(changes.onDrift === undefined ? {} : { onDrift: changes.onDrift }),
      ...(changes.notify === undefined ? {} : { notify: changes.notify }),
      ...(changes.paused === undefined ? {} : { paused: changes.paused }),
    },
  };
}
