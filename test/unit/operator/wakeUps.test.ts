import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test, vi } from 'vitest';
import { manualTimers } from '../../../src/reconciler/manualTimers.ts';
import { Operator } from '../../../src/reconciler/operator.ts';
import { DEFAULT_SETTINGS } from '../../../src/reconciler/settings.ts';
import { DynamoTable } from '../../../src/state/dynamoTable.ts';
import { IndexWakeUps } from '../../../src/state/indexWakeUps.ts';
import { SILENT, TABLE } from './operatorProcess.ts';
import { PLAN } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';

const { pollRealMs } = DEFAULT_SETTINGS;
const soon = (check: () => void | Promise<void>): Promise<void> => vi.waitFor(check, { interval: 5, timeout: 3_000 });

/** The loop around the world's reconciler, as the `operator` verb composes it, in time that passes when it is told to. */
async function loopOf(world: OperatorWorld) {
  const { timers, fire, delays } = manualTimers();
  const time = { realMs: 0 };
  const done: string[] = [];
  let tokens = 0;
  const loop = new Operator({
    reconciler: world.operator.reconciler,
    store: world.operator.store,
    wakeUps: new IndexWakeUps(
      new DynamoTable(new DynamoDBClient(world.simulated.clientConfig), TABLE, () => `loop-${(tokens += 1)}`),
    ),
    clock: { now: () => world.clock.now(), realMs: (ms) => ms },
    settings: DEFAULT_SETTINGS,
    log: SILENT,
    random: () => 0,
    timers,
    nowMs: () => time.realMs,
    onReconcile: (_plan, result) => done.push(result),
  });
  loop.start();
  await soon(() => expect(delays()).toContain(DEFAULT_SETTINGS.tickMs));
  /** So much time passes, in looks at the table and nothing else: no tick comes due. */
  const look = async () => {
    await soon(() => expect(delays()).toContain(pollRealMs));
    time.realMs += pollRealMs;
    fire(pollRealMs);
    await soon(() => expect(delays()).toContain(pollRealMs));
  };
  return { loop, look, done };
}

test('a plan that waits for its tick hears of a pause, a new spec and an abort with the next look at the table', async () => {
  const world = await OperatorWorld.create({ wire: true });
  await world.apply();
  await world.untilState('ramp.bake', 0);
  const { loop, look, done } = await loopOf(world);
  const before = done.length;
  await look();
  await look();
  expect(done).toHaveLength(before);

  await world.requests.setPaused(PLAN, true);
  await look();
  await soon(async () => {
    const { spec, conditions } = await world.status();
    expect(spec?.paused).toBe(true);
    expect(conditions.find(({ type }) => type === 'Paused')?.status).toBe('True');
  });

  const { generation } = await world.status();
  await world.apply({
    paused: false,
    steps: [
      { weight: 10, bake: '1m' },
      { weight: 100, bake: '2m' },
    ],
  });
  await look();
  await soon(async () => expect((await world.status()).generation).toBe(generation + 1));

  await world.requests.requestAbort(PLAN, { by: 'ada', at: world.clock.now(), why: 'a drill' });
  await look();
  await soon(async () => expect((await world.state()).startsWith('backward.')).toBe(true));
  await soon(async () => expect((await world.lookAtBlue()).rule).toEqual(world.blue.rule));
  await loop.stop();
});
