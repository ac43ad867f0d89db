import { describe, expect, test } from 'vitest';
import { refusedChanges } from './changes.ts';
import type { PlanSpec } from './model.ts';

const SPEC: PlanSpec = {
  strategy: 'migrate',
  access: null,
  source: { cluster: 'shop', mesh: 'shop', onSourceChange: 'pause' },
  target: { nameSuffix: '-sc', serviceConnect: { namespace: 'shop-sc' }, shared: [] },
  services: {},
  traffic: [{ service: 'frontend', alb: { listenerRule: 'arn:rule' } }],
  ramp: {
    rehearse: false,
    steps: [
      { weight: 5, bakeMs: 1000 },
      { weight: 50, bakeMs: 1000 },
      { weight: 100, bakeMs: 1000 },
    ],
  },
  gates: {
    alarms: ['shop-5xx'],
    createAlarms: null,
    shortBakes: 'refuse',
    approvals: [],
    windows: [],
    analysis: null,
    probes: [],
  },
  onDrift: 'pause',
  rollback: { keepGreenMs: 0, viability: { min: 100, below: 'hold' }, strategy: 'immediate' },
  retire: { soakMs: 1000, mesh: 'keep', evidence: 'metrics', registries: 'handOver' },
  accept: [],
  decisions: [],
  notify: [],
  paused: false,
};

const places = (after: Partial<PlanSpec>, currentStep = 1) =>
  refusedChanges(SPEC, { ...SPEC, ...after }, currentStep).map((change) => change.place);

const change = (before: PlanSpec, after: PlanSpec) => refusedChanges(before, after, -1).map(({ place }) => place);

describe('refusedChanges', () => {
  test('gates, approvals and paused may change', () => {
    expect(
      places({ rollback: { keepGreenMs: 0, viability: { min: 50, below: 'goForward' }, strategy: 'immediate' } }),
    ).toEqual([]);
    expect(
      places({
        gates: {
          alarms: ['other'],
          createAlarms: null,
          shortBakes: 'refuse',
          approvals: ['beforeRetire'],
          windows: [],
          analysis: null,
          probes: [],
        },
        paused: true,
      }),
    ).toEqual([]);
  });

  test('alarms that are made with green may not be made or left out later', () => {
    const createAlarms = { errorRateMax: 0.01, latencyP99MaxMs: null, requestsMin: 20 };
    expect(places({ gates: { ...SPEC.gates, createAlarms } })).toEqual(['spec.gates.alarms.create']);
  });

  test('what probes ask and expect may change, and not which services have a rule for them', () => {
    const probe = {
      service: 'frontend',
      path: '/health',
      host: null,
      expect: { status: 200, headers: {}, json: {} },
      parity: null,
    };
    const withProbes = (...probes: (typeof probe)[]): PlanSpec => ({ ...SPEC, gates: { ...SPEC.gates, probes } });
    expect(change(withProbes(probe), withProbes({ ...probe, path: '/ready' }, probe))).toEqual([]);
    expect(change(withProbes(probe), withProbes())).toEqual(['spec.gates.probes']);
    expect(change(withProbes(probe), withProbes(probe, { ...probe, service: 'shop' }))).toEqual(['spec.gates.probes']);
  });

  test('what becomes of blue’s names may change: AWS may refuse that green takes one over', () => {
    expect(places({ retire: { ...SPEC.retire, registries: 'leave' } })).toEqual([]);
  });

  test('what a deployment on blue means may change, and where blue is may not', () => {
    expect(places({ source: { ...SPEC.source, onSourceChange: 'ignore' } })).toEqual([]);
    expect(places({ source: { ...SPEC.source, cluster: 'other' } })).toEqual(['spec.source']);
  });

  test('a role may be replaced within its account, and may not lead elsewhere', () => {
    const access = { roleArn: 'arn:aws:iam::444455556666:role/a', externalId: 'one', region: null };
    const before = { ...SPEC, access };
    const after = (changed: object) => change(before, { ...SPEC, access: { ...access, ...changed } });
    expect(after({ roleArn: 'arn:aws:iam::444455556666:role/b', externalId: null })).toEqual([]);
    expect(after({ roleArn: 'arn:aws:iam::999999999999:role/a' })).toEqual(['spec.access']);
    expect(after({ region: 'us-east-1' })).toEqual(['spec.access']);
    expect(change(before, { ...SPEC, access: null })).toEqual(['spec.access']);
  });

  test('who is told may change', () => {
    expect(
      places({ notify: [{ kind: 'webhook', url: 'https://example.com/', form: 'json', on: ['settled'] }] }),
    ).toEqual([]);
  });

  test('only steps that have not begun may change', () => {
    const slower = {
      rehearse: false,
      steps: [...SPEC.ramp.steps.slice(0, 2), { weight: 75, bakeMs: 1 }, { weight: 100, bakeMs: 5000 }],
    };
    expect(places({ ramp: slower }, 1)).toEqual([]);
    expect(places({ ramp: slower }, 2)).toEqual(['spec.ramp.steps[2]']);
    expect(places({ ramp: { rehearse: false, steps: [{ weight: 100, bakeMs: 1 }] } }, 1)).toEqual([
      'spec.ramp.steps[0]',
      'spec.ramp.steps[1]',
    ]);
    expect(places({ ramp: { rehearse: false, steps: [{ weight: 100, bakeMs: 1 }] } }, -1)).toEqual([]);
  });

  test.each([
    ['spec.source', { source: { ...SPEC.source, mesh: 'other' } }],
    ['spec.target', { target: { ...SPEC.target, nameSuffix: '-green' } }],
    ['spec.services', { services: { frontend: { cutover: 'parallel' } } }],
    ['spec.traffic', { traffic: [{ service: 'frontend', alb: { listener: 'arn:rule' } }] }],
    ['spec.rollback', { rollback: { keepGreenMs: 1, viability: { min: 100, below: 'hold' }, strategy: 'immediate' } }],
    ['spec.retire', { retire: { ...SPEC.retire, mesh: 'delete' } }],
    ['spec.accept', { accept: ['A'] }],
    ['spec.decisions', { decisions: [{ code: 'A', place: 'b', choice: 'c' }] }],
  ] satisfies [string, Partial<PlanSpec>][])('%s may not', (place, after) => {
    expect(places(after)).toEqual([place]);
  });
});
