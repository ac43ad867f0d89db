import { z } from 'zod';
import { DURATION_FORM, parseDuration } from './duration.ts';
import type { Approval, MigrationPlan, PlanSpec, RampStep, TrafficEntry } from './model.ts';
import { canarySteps, linearSteps } from './ramp.ts';

/**
 * What a user writes, and the only way from there to a {@link MigrationPlan}. The whole skeleton of a plan is here; a key or a
 * value whose feature is not built is refused as *not yet*, an unknown key is refused, nothing is ignored. The descriptions
 * are what an editor shows, and state every default.
 */

export const API_VERSION = 'meshlift.dev/v1';
export const KIND = 'MigrationPlan';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const DNS_NAME = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/;
const ECS_NAME = /^[A-Za-z0-9_-]{1,255}$/;
const SUFFIX = /^-[a-z0-9]([-a-z0-9]{0,18}[a-z0-9])?$/;
const ELB_ARN = String.raw`arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:`;
const RULE_ARN = new RegExp(`^${ELB_ARN}listener-rule/app/[A-Za-z0-9-]{1,32}/[A-Za-z0-9]+/[A-Za-z0-9]+/[A-Za-z0-9]+$`);
const LISTENER_ARN = new RegExp(`^${ELB_ARN}listener/app/[A-Za-z0-9-]{1,32}/[A-Za-z0-9]+/[A-Za-z0-9]+$`);

/** A map with exactly these keys. The message of an unknown key lists the known ones. */
const section = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `known here: ${Object.keys(shape).toSorted().join(', ')}` : undefined,
  });

/** A key of the skeleton whose feature is not built: whatever is written there is refused. */
const notYet = (sentence: string) =>
  z
    .unknown()
    .optional()
    .superRefine((value, context) => {
      if (value !== undefined) context.addIssue({ code: 'custom', message: `not yet: ${sentence}` });
    })
    .meta({ description: `Not yet: ${sentence}`, not: {} });

/** A choice of words, some of which are not built. */
const choice = <const Built extends string>(built: readonly [Built, ...Built[]], later: Record<string, string>) =>
  z.enum([...built, ...Object.keys(later)]).transform((value, context): Built => {
    const found = built.find((word) => word === value);
    if (found !== undefined) return found;
    context.addIssue({ code: 'custom', message: `not yet: "${value}" ${later[value]}; use ${built.join(' or ')}` });
    return z.NEVER;
  });

const duration = (maxMs: number, maxText: string) =>
  z.string(`must be ${DURATION_FORM}`).transform((text, context): number => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms <= maxMs) return ms;
    const message =
      ms === undefined ? `"${text}" is no duration: write ${DURATION_FORM}` : `"${text}" is longer than ${maxText}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

const HOUR_MS = 3_600_000;
const bake = duration(7 * 24 * HOUR_MS, '168h');
/** ECS takes 0 to 1440 minutes for its own bake times. */
const ecsBake = duration(24 * HOUR_MS, '24h, the most that ECS takes');
const longDuration = duration(30 * 24 * HOUR_MS, '720h');

const wholePercent = (min: number) => {
  const message = `must be a whole number of percent from ${min} to 100`;
  return z.int(message).min(min, message).max(100, message);
};

/** A list without repetitions; a repetition is reported at its own place. */
const unique = <Item extends z.ZodType>(item: Item, keyOf: (value: z.output<Item>) => string, word: string) =>
  z.array(item).superRefine((items, context) => {
    const seen = new Set<string>();
    for (const [index, value] of items.entries()) {
      const key = keyOf(value);
      if (seen.has(key)) context.addIssue({ code: 'custom', path: [index], message: `${word} ${key} is listed twice` });
      seen.add(key);
    }
  });

const metadata = section({
  name: z
    .string()
    .regex(DNS_LABEL, 'must be a DNS label: lower-case letters, digits and "-", 1 to 63 characters, no "-" at an end')
    .describe('Name of the plan, a DNS label.'),
});

const source = section({
  cluster: z
    .string()
    .regex(ECS_NAME, 'must be the name of an ECS cluster (not its ARN): letters, digits, "-" and "_"')
    .describe('Name of the ECS cluster.'),
  mesh: z
    .string()
    .regex(ECS_NAME, 'must be the name of an App Mesh mesh: letters, digits, "-" and "_"')
    .describe('Name of the App Mesh mesh.'),
  export: notYet('a saved export as a source; the live APIs are read'),
  onSourceChange: choice(['pause'], {
    follow: '(green gets the change that blue got)',
    ignore: "(a change of blue's task definition is passed over)",
  })
    .default('pause')
    .describe("What happens when blue's task definition changes under the plan. Default pause."),
});

const serviceConnect = section({
  namespace: z
    .string()
    .regex(DNS_NAME, 'must be a DNS name: labels of lower-case letters, digits and "-", joined by dots')
    .optional()
    .describe('Name of the Cloud Map namespace that is made for green. Default <mesh>-sc.'),
  tls: notYet('TLS between green services'),
  accessLogs: notYet('access logs of the Service Connect proxy'),
});

const target = section({
  nameSuffix: z
    .string()
    .regex(SUFFIX, 'must be "-" and then lower-case letters, digits and "-", at most 21 characters, e.g. -sc')
    .default('-sc')
    .describe("Appended to a blue service's name. Default -sc."),
  serviceConnect: serviceConnect.prefault({}),
});

const service = section({
  cutover: choice(['parallel'], {
    exclusive: '(one side stops before the other starts)',
    manual: '(a person cuts over)',
  })
    .default('parallel')
    .describe('How the service changes sides. Default parallel: both sides run at once.'),
});

const services = z
  .record(
    z.string().regex(ECS_NAME, 'is no name of an ECS service: letters, digits, "-" and "_"'),
    service.prefault({}),
  )
  .default({})
  .describe(
    'Services with settings of their own. Empty takes every service of the closed subgraph; a list, with the entries, is the whole set that may move, and a called service that is not in it is refused.',
  );

const trafficEntry = section({
  service: z
    .string()
    .regex(ECS_NAME, 'must be the name of an ECS service: letters, digits, "-" and "_"')
    .describe('Name of the blue ECS service that takes traffic from the load balancer.'),
  alb: section({
    listenerRule: z
      .string()
      .regex(
        RULE_ARN,
        'must be the ARN of a rule of an Application Load Balancer: arn:aws:elasticloadbalancing:<region>:<account>:listener-rule/app/…',
      )
      .optional()
      .describe('ARN of the listener rule that forwards to blue.'),
    listener: z
      .string()
      .regex(
        LISTENER_ARN,
        'must be the ARN of a listener of an Application Load Balancer: arn:aws:elasticloadbalancing:<region>:<account>:listener/app/…',
      )
      .optional()
      .describe('ARN of the listener whose default action forwards to blue.'),
  }).transform((alb, context): TrafficEntry['alb'] => {
    if (alb.listenerRule !== undefined && alb.listener === undefined) return { listenerRule: alb.listenerRule };
    if (alb.listener !== undefined && alb.listenerRule === undefined) return { listener: alb.listener };
    context.addIssue({ code: 'custom', message: 'must have either listenerRule or listener, and not both' });
    return z.NEVER;
  }),
});

const TRAFFIC_MAX = 50;
const traffic = unique(trafficEntry, ({ alb }) => ('listenerRule' in alb ? alb.listenerRule : alb.listener), 'entry')
  .min(1, 'must list at least one entry: where traffic reaches the application')
  .max(TRAFFIC_MAX, `must list at most ${TRAFFIC_MAX} entries`)
  .describe('Where traffic comes in: listener rules, or default actions of listeners.');

const STEPS_MAX = 100;
const steps = z
  .array(
    section({
      weight: wholePercent(1).describe("Green's share, percent, 1 to 100."),
      bake: bake.describe('How long the step lasts once its weight was read back.'),
    }),
  )
  .min(1, 'must have at least one step')
  .max(STEPS_MAX, `must have at most ${STEPS_MAX} steps`)
  .superRefine((list, context) => {
    for (const [index, { weight }] of list.entries()) {
      const before = list[index - 1]?.weight ?? 0;
      if (weight > before) continue;
      const message = `weights must rise from step to step: ${weight} comes after ${before}`;
      context.addIssue({ code: 'custom', path: [index, 'weight'], message });
    }
    const last = list.at(-1)?.weight;
    if (last === undefined || last === 100) return;
    const message = `the last step must have weight 100, not ${last}`;
    context.addIssue({ code: 'custom', path: [list.length - 1, 'weight'], message });
  });

/** What a plan without a `ramp` gets. */
export const DEFAULT_STEPS: readonly RampStep[] = [
  { weight: 5, bakeMs: 300_000 },
  { weight: 25, bakeMs: 600_000 },
  { weight: 50, bakeMs: 600_000 },
  { weight: 100, bakeMs: 1_800_000 },
];

const ramp = section({
  steps: steps.optional().describe('The steps, weights rising, the last one 100.'),
  canary: section({
    canaryPercent: wholePercent(1).default(5).describe('The share of the first step. Default 5.'),
    canaryBakeTime: ecsBake.default(600_000).describe('How long each of the two steps bakes. Default 10m.'),
  })
    .optional()
    .describe("ECS's canary: one small step, then 100."),
  linear: section({
    stepPercent: wholePercent(3).default(10).describe('The size of a step, 3 to 100. Default 10.'),
    stepBakeTime: ecsBake.default(360_000).describe('How long each step bakes. Default 6m.'),
  })
    .optional()
    .describe("ECS's linear ramp: equal steps up to 100."),
})
  .transform((written, context): { steps: readonly RampStep[] } => {
    const { steps: list, canary, linear } = written;
    const ways = [list, canary, linear].filter((way) => way !== undefined).length;
    if (ways !== 1) {
      context.addIssue({ code: 'custom', message: 'must have exactly one of steps, canary and linear' });
      return z.NEVER;
    }
    if (canary !== undefined) return { steps: canarySteps(canary.canaryPercent, canary.canaryBakeTime) };
    if (linear !== undefined) return { steps: linearSteps(linear.stepPercent, linear.stepBakeTime) };
    return { steps: (list ?? []).map((step) => ({ weight: step.weight, bakeMs: step.bake })) };
  })
  .default({ steps: DEFAULT_STEPS })
  .describe('How green gets its traffic. Default: 5 for 5m, 25 for 10m, 50 for 10m, 100 for 30m.');

const alarmName = z
  .string()
  .min(1, 'must be the name of an alarm')
  .max(255, 'must be the name of an alarm, at most 255 characters');

/** `DescribeAlarms` takes a hundred names at once. */
const ALARMS_MAX = 100;
const gates = section({
  alarms: unique(alarmName, (name) => `"${name}"`, 'alarm')
    .min(1, 'must name at least one alarm: without one nothing would take a bad green back')
    .max(ALARMS_MAX, `must name at most ${ALARMS_MAX} alarms`)
    .describe('Names of CloudWatch alarms, metric or composite. A step passes only while every one is OK.'),
  approvals: unique(z.enum(['beforeRetire'] as const satisfies Approval[]), (name) => name, 'approval')
    .default([])
    .describe('Where a person must approve. Default none.'),
  analysis: notYet('analysis of error rate and latency; put the limits into an alarm'),
  windows: notYet('windows and freezes; use `paused`'),
  probes: notYet('probes'),
});

const findingCode = (example: string) =>
  z.string().regex(/^[A-Z][A-Z0-9_]*$/, `must be the code of a finding, e.g. ${example}`);
const findingPlace = (example: string) =>
  z.string().min(1, `must be the place that the finding names, e.g. ${example}`);

const acceptedCode = findingCode('RETRY_POLICY_LOST');
const acceptedAtPlace = section({
  code: acceptedCode.describe('Code of a degraded finding.'),
  place: findingPlace('route/catalog-vr/main').describe('The place that the finding names.'),
});
/** A code for every place, or a map of a code and one place. */
const accepted = z
  .union(
    [acceptedCode, acceptedAtPlace],
    'must be the code of a finding, e.g. RETRY_POLICY_LOST, or a map of code and place',
  )
  .describe('A code for all its places, or a map of code and place for one of them.');

const decision = section({
  code: findingCode('ROUTE_WEIGHTED_SPLIT'),
  place: findingPlace('virtualRouter/catalog'),
  choice: z.string().min(1, 'must be one of the choices that the finding names'),
});

const spec = section({
  strategy: choice(['migrate'], { rescue: '(blue is already failing)' })
    .default('migrate')
    .describe('Default migrate.'),
  source,
  target: target.prefault({}),
  services,
  traffic,
  ramp,
  gates,
  onDrift: choice(['pause'], {
    reassert: '(what a person changed is written over)',
    adopt: '(what a person changed is taken as wanted)',
  })
    .default('pause')
    .describe('What happens when a person changes a rule under the plan. Default pause.'),
  rollback: section({
    keepGreen: longDuration.default(0).describe('How long green is kept after a rollback. Default 0s.'),
  }).prefault({}),
  retire: section({
    soak: longDuration
      .default(24 * HOUR_MS)
      .describe('How long blue stays at full count after the last bake. Default 24h.'),
    mesh: z.enum(['delete', 'keep']).default('keep').describe('What becomes of the App Mesh resources. Default keep.'),
    evidence: z
      .enum(['metrics', 'callGraph'])
      .default('metrics')
      .describe(
        'What must show that nobody calls blue any more: published metrics, or a recorded consent to believe the call graph. Default metrics.',
      ),
  }).prefault({}),
  notify: notYet('notifications'),
  accept: unique(accepted, (one) => (typeof one === 'string' ? one : `${one.code} at ${one.place}`), 'code')
    .default([])
    .describe('Degraded findings, read and agreed to: by code, or by code and place.'),
  decisions: unique(decision, ({ code, place }) => `${code} at ${place}`, 'the decision on')
    .default([])
    .describe('Choices made for needs-decision findings, and for blockers with a way out.'),
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
  return {
    strategy: written.strategy,
    source: {
      cluster: written.source.cluster,
      mesh: written.source.mesh,
      onSourceChange: written.source.onSourceChange,
    },
    target: { nameSuffix: written.target.nameSuffix, serviceConnect: { namespace } },
    services: written.services,
    traffic: written.traffic,
    ramp: { steps: written.ramp.steps },
    gates: { alarms: written.gates.alarms, approvals: written.gates.approvals },
    onDrift: written.onDrift,
    rollback: { keepGreenMs: written.rollback.keepGreen },
    retire: { soakMs: written.retire.soak, mesh: written.retire.mesh, evidence: written.retire.evidence },
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
