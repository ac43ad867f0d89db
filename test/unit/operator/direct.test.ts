import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { expect, test, vi } from 'vitest';
import { AWS_LIKE_DELAYS } from '../../../lab/delays.ts';
import type { Direct } from '../../../src/aws/directClient.ts';
import { expectMigrated, expectRolledBack } from './endStates.ts';
import { OperatorWorld } from './operatorWorld.ts';
import { overWire } from './overWire.ts';

vi.setConfig({ testTimeout: 120_000 });

const STEPS = [
  { weight: 20, bake: '1m' },
  { weight: 100, bake: '1m' },
];

const STORIES: Record<string, (world: OperatorWorld) => Promise<void>> = {
  'a migration': async (world) => {
    await world.apply({ steps: STEPS });
    await world.untilState('succeeded');
    await world.settle();
    await expectMigrated(world);
  },
  'a rollback': async (world) => {
    await world.apply({ steps: STEPS, alarms: { create: true } });
    await world.untilState('ramp.bake', 1);
    const [alarm] = world.inside.createdAlarms();
    await world.person.cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: alarm?.name, StateValue: 'ALARM', StateReason: 'a drill' }),
    );
    await world.untilState('rolledBack');
    await world.settle();
    await expectRolledBack(world, 'AlarmBreach');
  },
};

/** A call as who made it saw it. */
interface Seen {
  call: string;
  outcome: unknown;
}

/** What differs between two ways without anybody's doing: what a transport adds, and what the clients draw. */
const told = (answer: object): object =>
  Object.fromEntries(Object.entries(answer).filter(([name]) => name !== '$metadata'));

function recorded(way: Direct, clock: { now(): number }, seen: Seen[]): Direct {
  return async (call) => {
    const { namespace, operation, input } = call;
    const what = `${clock.now()} ${namespace} ${operation} ${JSON.stringify(input)}`;
    try {
      const answer = await way(call);
      seen.push({ call: what, outcome: told(answer) });
      return answer;
    } catch (error) {
      const { name, message, $fault, $metadata } = error as Error & {
        $fault: string;
        $metadata: { httpStatusCode: number };
      };
      seen.push({ call: what, outcome: { name, message, $fault, status: $metadata.httpStatusCode } });
      throw error;
    }
  };
}

test.each(Object.entries(STORIES))('%s is the same over the wire and without it, answer by answer', async (_, tell) => {
  const transcripts = await Promise.all(
    ['wire', 'direct'].map(async (way) => {
      const seen: Seen[] = [];
      const world = await OperatorWorld.create({
        delays: AWS_LIKE_DELAYS,
        settings: { tickMs: 15_000 },
        wire: false,
        direct: (simulated) =>
          recorded(way === 'wire' ? overWire(simulated) : simulated.aws.direct, simulated.clock, seen),
      });
      await tell(world);
      await world.close();
      // Of calls that go out together, it is not said which arrives first.
      return seen.toSorted((one, other) => (one.call < other.call ? -1 : one.call > other.call ? 1 : 0));
    }),
  );
  const [wire = [], direct = []] = transcripts;
  expect(direct.length).toBeGreaterThan(300);
  for (const [index, one] of direct.entries()) expect(one, `call ${index + 1}`).toEqual(wire[index]);
  expect(direct.length).toBe(wire.length);
});
