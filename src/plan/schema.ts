import { z } from 'zod';
import type { MigrationPlan, PlanSpec } from './model.ts';
import { access, accessProblems } from './schema/access.ts';
import { section } from './schema/building.ts';
import { accept, decisions } from './schema/consent.ts';
import { gates } from './schema/gates.ts';
import { DNS_NAME } from './schema/names.ts';
import { notify } from './schema/notify.ts';
import { probeProblems } from './schema/probeProblems.ts';
import { DEFAULT_STEPS, ramp } from './schema/ramp.ts';
import { retire } from './schema/retire.ts';
import { DEFAULT_VIABILITY, rollback } from './schema/rollback.ts';
import { services } from './schema/services.ts';
import { source } from './schema/source.ts';
import { target } from './schema/target.ts';
import { traffic } from './schema/traffic.ts';

/**
 * What a user writes, and the only way from there to a {@link MigrationPlan}. The whole skeleton of a plan is here, one file a
 * section under `schema/`; a key or a value whose feature is not built is refused as *not yet*, an unknown key is refused, nothing is
 * ignored. The descriptions are what an editor shows, and state every default.
 */

export const API_VERSION = 'meshlift.dev/v1';
export const KIND = 'MigrationPlan';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

const metadata = section({
  name: z
    .string()
    .regex(DNS_LABEL, 'must be a DNS label: lower-case letters, digits and "-", 1 to 63 characters, no "-" at an end')
    .describe('Name of the plan, a DNS label.'),
});

const spec = section({
  strategy: z
    .enum(['migrate', 'rescue'])
    .default('migrate')
    .describe('rescue: blue is failing already, and what only a healthy blue could fulfil is waived. Default migrate.'),
  access,
  source,
  target: target.prefault({}),
  services,
  traffic,
  ramp,
  gates,
  onDrift: z
    .enum(['pause', 'reassert', 'adopt'])
    .default('pause')
    .describe(
      'What happens when others change a rule under the plan: it halts, writes the change over, or takes it as wanted where only weights were changed. Default pause.',
    ),
  rollback,
  retire,
  notify,
  accept,
  decisions,
  paused: z.boolean().default(false).describe('Holds forward steps, never a rollback. Default false.'),
}).transform((written, context): PlanSpec => {
  const namespace = written.target.serviceConnect.namespace ?? `${written.source.mesh}-sc`;
  if (!DNS_NAME.test(namespace)) {
    context.addIssue({
      code: 'custom',
      path: ['target', 'serviceConnect', 'namespace'],
      message: `must be set here: the default "${namespace}" is no DNS name`,
    });
    return z.NEVER;
  }
  const isRescue = written.strategy === 'rescue';
  const problems = [
    ...accessProblems(written.access, written.traffic),
    ...probeProblems(written.gates.probes, written.traffic, isRescue),
  ];
  for (const { path, message } of problems) context.addIssue({ code: 'custom', path, message });
  if (problems.length > 0) return z.NEVER;
  return {
    strategy: written.strategy,
    access: written.access ?? null,
    source: {
      cluster: written.source.cluster,
      mesh: written.source.mesh,
      onSourceChange: written.source.onSourceChange,
    },
    target: {
      nameSuffix: written.target.nameSuffix,
      serviceConnect: { namespace },
      shared: written.target.shared,
    },
    services: written.services,
    traffic: written.traffic,
    ramp: {
      steps: written.ramp?.steps ?? DEFAULT_STEPS[written.strategy],
      rehearse: written.ramp?.rehearse ?? false,
    },
    gates: {
      alarms: written.gates.alarms.names,
      createAlarms: written.gates.alarms.create,
      shortBakes: written.gates.shortBakes ?? (isRescue ? 'force' : 'refuse'),
      approvals: written.gates.approvals,
      windows: written.gates.windows,
      analysis: written.gates.analysis ?? null,
      probes: written.gates.probes,
    },
    onDrift: written.onDrift,
    rollback: {
      keepGreenMs: written.rollback.keepGreen,
      strategy: written.rollback.strategy,
      viability: {
        min: written.rollback.viability.min,
        below: written.rollback.viability.below ?? (isRescue ? 'goForward' : DEFAULT_VIABILITY.below),
      },
    },
    retire: {
      soakMs: written.retire.soak,
      mesh: written.retire.mesh,
      evidence: written.retire.evidence,
      registries: written.retire.registries,
    },
    notify: written.notify,
    accept: written.accept,
    decisions: written.decisions,
    paused: written.paused,
  };
});

/** A whole manifest, `apiVersion` to `spec`. Its output is the plan as the rest of Meshlift sees it. */
export const manifestSchema = section({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal(KIND),
  metadata,
  spec,
}).transform((manifest): MigrationPlan => ({ name: manifest.metadata.name, spec: manifest.spec }));
