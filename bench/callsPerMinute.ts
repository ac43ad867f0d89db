import { OperatorWorld } from '../test/unit/operator/operatorWorld.ts';

const BAKE = [
  { weight: 10, bake: '12h' },
  { weight: 100, bake: '1m' },
];
const MINUTES = 10;
const MINUTE_MS = 60_000;

/** AWS calls per minute of plan time, the table's not counted, that one plan of three services costs while it bakes. */
export async function measureCallsPerMinute(): Promise<number> {
  const world = await OperatorWorld.create({ referee: false });
  await world.apply({ steps: BAKE });
  await world.untilState('ramp.bake', 0);
  const { calls } = world.operator.clients;
  const made = () => Object.values(calls).reduce((sum, count) => sum + count, 0);
  const before = made();
  const untilMs = world.clock.now() + MINUTES * MINUTE_MS;
  while (world.clock.now() < untilMs) await world.pass();
  await world.close();
  return (made() - before) / MINUTES;
}
