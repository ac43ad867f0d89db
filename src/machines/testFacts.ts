import type { PlanSpec } from '../plan/model.ts';
import { NO_FACTS, type Facts } from './facts.ts';
import { initialContext } from './context.ts';
import { MACHINE_VERSION, type MachineContext, type MachineState, type StoredMachine } from './record.ts';

export const MINUTE_MS = 60_000;

/** A plan with two steps, for tests. */
export const testSpec: PlanSpec = {
  strategy: 'migrate',
  access: null,
  source: { cluster: 'shop', mesh: 'shop', onSourceChange: 'pause' },
  target: { nameSuffix: '-sc', serviceConnect: { namespace: 'shop-sc' }, shared: [] },
  services: {},
  traffic: [],
  ramp: {
    rehearse: false,
    steps: [
      { weight: 10, bakeMs: 5 * MINUTE_MS },
      { weight: 100, bakeMs: 5 * MINUTE_MS },
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
  retire: { soakMs: 10 * MINUTE_MS, mesh: 'delete', evidence: 'callGraph', registries: 'handOver' },
  accept: [],
  decisions: [],
  notify: [],
  paused: false,
};

/** Facts in which nothing is known, with some of them given. */
export const facts = (given: Partial<Facts> = {}): Facts => ({
  ...NO_FACTS,
  now: 0,
  hold: undefined,
  request: { kind: 'none' },
  ...given,
});

export const machineIn = (value: MachineState, context: Partial<MachineContext> = {}): StoredMachine => ({
  machineVersion: MACHINE_VERSION,
  value,
  context: { ...initialContext(0), ...context },
});
