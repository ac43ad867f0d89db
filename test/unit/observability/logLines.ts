import { PRIORITY } from '../../../src/reconciler/queue.ts';
import { manualTimers } from '../../../src/reconciler/manualTimers.ts';
import { operatorLog } from '../../../src/cli/operatorLog.ts';
import { Operator } from '../../../src/reconciler/operator.ts';
import type { Log } from '../../../src/reconciler/ports.ts';
import { DEFAULT_SETTINGS } from '../../../src/reconciler/settings.ts';
import { LEASE_MS } from '../operator/compose.ts';
import { OperatorWorld, type WorldOptions } from '../operator/operatorWorld.ts';

/** A line as CloudWatch Logs Insights sees it: fields by name. */
export type Line = Readonly<Record<string, unknown>>;

const STEPS = [
  { weight: 50, bake: '1m' },
  { weight: 100, bake: '1m' },
];

/** What operators log, in the form in which they log it. */
export class Lines {
  readonly all: Line[] = [];

  logOf(operator: string): Log {
    return operatorLog(operator, 'debug', { write: (line) => void this.all.push(JSON.parse(line) as Line) });
  }

  async worldOf(options: WorldOptions = {}): Promise<OperatorWorld> {
    const world = await OperatorWorld.create({ settings: { tickMs: 20_000 }, log: this.logOf('op'), ...options });
    await world.apply({ steps: STEPS });
    return world;
  }
}

/** A plan that another operator takes over in the middle, and that comes back. */
export async function takenOverAndBack(lines: Lines): Promise<void> {
  const world = await lines.worldOf();
  await world.untilState('ramp.bake');
  await world.clock.advanceAsync(LEASE_MS + 1);
  world.startOperator();
  await world.untilState('soak');
  await world.fireAlarm();
  await world.untilState('rolledBack');
  await world.close();
}

/** A plan whose operator may not do something, and one whose operator may not read something. */
export async function denied(lines: Lines): Promise<void> {
  for (const withoutAction of ['elasticloadbalancing:CreateTargetGroup', 'cloudwatch:DescribeAlarms']) {
    const world = await lines.worldOf({ withoutAction });
    await world.rest(12);
    await world.close();
  }
}

/** Reconciles that take long, too long, and end after that. */
export async function slow(lines: Lines): Promise<void> {
  const clock = { nowMs: 0 };
  const { timers, fire, delays } = manualTimers();
  const stuck = Promise.withResolvers<void>();
  const results: string[] = [];
  const operator = new Operator({
    reconciler: {
      needsWork: async () => true,
      reconcile: async (name, deadline) => {
        deadline?.underWay.add({ api: 'ecs:DescribeServices', attempt: 3 });
        if (name === 'stuck') await stuck.promise;
        clock.nowMs += 45_000;
        return { kind: 'after', delayMs: 1_000, priority: PRIORITY.sweep };
      },
      release: async () => {},
    },
    store: { listPlans: async () => ['slow', 'stuck'] },
    clock: { now: () => 0, realMs: (ms) => ms },
    settings: DEFAULT_SETTINGS,
    log: lines.logOf('op'),
    random: () => 1,
    timers,
    nowMs: () => clock.nowMs,
    onReconcile: (plan) => results.push(plan),
  });
  operator.start();
  await until(() => results.includes('slow') && delays().includes(DEFAULT_SETTINGS.reconcileRealMsMax));
  fire(DEFAULT_SETTINGS.reconcileRealMsMax);
  stuck.resolve();
  await until(() => lines.all.some(({ msg }) => msg === 'endedAfterDeadline'));
  await operator.stop();
}

async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !holds(); turn += 1) await new Promise((resolve) => setImmediate(resolve));
  if (!holds()) throw new Error('it was never so');
}
