import type { PlanEvent, PlanStatus } from '../../machines/record.ts';
import { testStatus } from '../../state/testing.ts';
import type { PlanView } from '../planView.ts';

/** For tests: plans as they look along their way. */

const NOW = Date.UTC(2026, 10, 20, 14, 4, 0);
const MINUTE = 60_000;
const ENTRY =
  'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/main/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee';

const SPEC: NonNullable<PlanStatus['spec']> = {
  strategy: 'migrate',
  access: null,
  source: { cluster: 'prod', mesh: 'prod', onSourceChange: 'pause' },
  target: { nameSuffix: '-sc', serviceConnect: { namespace: 'prod-sc' }, shared: [] },
  services: {},
  traffic: [{ service: 'checkout', alb: { listenerRule: ENTRY } }],
  ramp: {
    rehearse: false,
    steps: [
      { weight: 5, bakeMs: 5 * MINUTE },
      { weight: 25, bakeMs: 5 * MINUTE },
      { weight: 50, bakeMs: 10 * MINUTE },
      { weight: 100, bakeMs: 30 * MINUTE },
    ],
  },
  gates: {
    alarms: ['checkout-5xx'],
    createAlarms: null,
    shortBakes: 'refuse',
    approvals: ['beforeRetire'],
    windows: [],
    analysis: null,
    probes: [],
  },
  onDrift: 'pause',
  rollback: { keepGreenMs: 0, viability: { min: 100, below: 'hold' }, strategy: 'immediate' },
  retire: { soakMs: 24 * 60 * MINUTE, mesh: 'delete', evidence: 'metrics', registries: 'handOver' },
  accept: [],
  decisions: [],
  notify: [],
  paused: false,
};

const MANIFEST = { apiVersion: 'meshlift.dev/v1', kind: 'MigrationPlan', metadata: { name: 'checkout' }, spec: {} };

const RAMPING: PlanStatus = testStatus({
  uid: '0b6f2c1e-8a57-4f0e-9a52-6d1f3c1f7a11',
  generation: 3,
  observedSpecHash: '9c1e4f5a6b7c8d9e0f',
  spec: SPEC,
  createdAt: NOW - 14 * MINUTE,
  machine: {
    machineVersion: 1,
    value: 'ramp.bake',
    context: {
      step: 1,
      enteredAt: NOW - 108_000,
      verifiedAt: NOW - 108_000,
      backwardBecause: null,
      easedTo: null,
      rehearsal: null,
      rehearsedMs: null,
      haltedBecause: null,
      forcedBy: null,
      rampedAt: null,
      reassertedAt: null,
      adoptedWeight: null,
      load: null,
    },
  },
  conditions: [
    { type: 'Ready', status: 'True', reason: 'Running', message: 'the plan runs', since: NOW - 14 * MINUTE },
    {
      type: 'WeightsVerified',
      status: 'True',
      reason: 'ReadBack',
      message: 'rule app/main carries 75/25 (2 agreeing reads)',
      since: NOW - 108_000,
    },
    { type: 'AlarmsOK', status: 'Unknown', reason: 'NoData', message: 'data 41s\nold', since: NOW - 3000 },
  ],
  report: {
    waitingFor: 'the bake of 25 %: 108 s of 300 s',
    wayBack: '1 call (ModifyRule), blue warm 4/4',
    weights: [
      {
        entry: ENTRY,
        service: 'checkout',
        want: 25,
        readBack: 25,
        served: 25.4,
        requests: { blue: 1502, green: 511, blue5xx: 3, green5xx: 0 },
      },
    ],
    services: [
      {
        blue: 'checkout',
        green: 'checkout-sc',
        blueHealthy: 4,
        blueDesired: 4,
        greenHealthy: 3,
        greenDesired: 4,
      },
      { blue: 'stock', green: 'stock-sc', blueHealthy: null, blueDesired: null, greenHealthy: 2, greenDesired: 2 },
    ],
    resources: [
      { id: 'namespace/prod-sc', status: 'ready', why: '' },
      { id: 'service/checkout-sc', status: 'ready', why: 'steady' },
      { id: 'scaling/service/prod/checkout-sc', status: 'waiting', why: 'the policy is being made' },
    ],
    gates: [{ name: 'alarm checkout-5xx', verdict: 'pass', why: 'OK for 9d, data 41s old' }],
    guards: [],
  },
  nextCheckAt: NOW + 5000,
});

const viewOf = (status: PlanStatus | undefined, change: Partial<PlanView> = {}): PlanView => ({
  name: 'checkout',
  spec: { name: 'checkout', manifest: MANIFEST, requests: {} },
  status:
    status === undefined
      ? undefined
      : { status, version: 217, lease: { holder: 'op-7f3a', epoch: 41, leaseMs: 30_000, renewals: 217 }, notices: [] },
  now: NOW,
  ...change,
});

const machineAt = (value: PlanStatus['machine']['value'], change: object = {}): PlanStatus['machine'] => ({
  ...RAMPING.machine,
  value,
  context: { ...RAMPING.machine.context, ...change },
});

export const VIEWS: Readonly<Record<string, PlanView>> = {
  ramping: viewOf(RAMPING),
  pending: viewOf(undefined),
  refused: viewOf(
    testStatus({
      createdAt: NOW - MINUTE,
      conditions: [
        {
          type: 'Ready',
          status: 'False',
          reason: 'InvalidPlan',
          message: 'spec.ramp.steps[1].weight: weights must rise from step to step: 4 comes after 5',
          since: NOW - MINUTE,
        },
      ],
      report: { ...testStatus().report, waitingFor: 'spec.ramp.steps[1].weight: weights must rise' },
    }),
  ),
  soakingAndDeleting: viewOf(
    {
      ...RAMPING,
      machine: machineAt('soak', { step: 3, enteredAt: NOW - 65 * MINUTE }),
      conditions: [
        { type: 'Paused', status: 'True', reason: 'SpecPaused', message: 'spec.paused is true', since: NOW - 5000 },
      ],
      report: {
        ...RAMPING.report,
        weights: [{ entry: ENTRY, service: 'checkout', want: 100, readBack: null, served: null, requests: null }],
        resources: [],
        gates: [],
      },
    },
    {
      spec: {
        name: 'checkout',
        manifest: MANIFEST,
        requests: {
          delete: { by: 'ana', at: NOW - 3000 },
          approvals: {
            beforeRetire: {
              by: 'ben',
              at: NOW - 60_000,
              why: 'callers checked',
              services: ['stock'],
              recordVersion: 200,
            },
          },
        },
      },
    },
  ),
  rolledBack: viewOf({
    ...RAMPING,
    machine: machineAt('rolledBack', {
      enteredAt: NOW - 9000,
      backwardBecause: {
        reason: 'AlarmBreach',
        message: 'checkout-5xx ALARM 14:03:42Z: 3 of 3 datapoints > 1% (2.4, 3.1, 2.8)',
        at: NOW - 18_000,
      },
    }),
    report: {
      ...RAMPING.report,
      waitingFor: 'nothing; the plan is settled',
      wayBack: 'done',
      weights: [{ entry: ENTRY, service: 'checkout', want: 0, readBack: 0, served: null, requests: null }],
      resources: [],
      services: [],
      gates: [],
    },
    nextCheckAt: null,
  }),
  halted: viewOf(
    {
      ...RAMPING,
      machine: machineAt('halted', {
        haltedBecause: 'blue cannot take the traffic back: 1/4 healthy; safe: meshlift abort',
      }),
    },
    { spec: undefined },
  ),
  succeeded: viewOf({ ...RAMPING, machine: machineAt('succeeded', { step: 3 }), nextCheckAt: null }),
};

export const EVENTS: readonly PlanEvent[] = [
  { at: NOW - 6 * MINUTE, type: 'Normal', reason: 'TakenOver', message: 'from op-2c19; epoch 41', from: 'op-7f3a' },
  {
    at: NOW - 3 * MINUTE,
    type: 'Warning',
    reason: 'Throttled',
    message: 'DescribeTargetHealth;\nbacked off 1.6s',
    from: 'op-7f3a',
  },
  {
    at: NOW - 108_000,
    type: 'Normal',
    reason: 'WeightVerified',
    message: '25% read back; bake 5m00s begins',
    from: 'op-7f3a',
  },
];
