import { DescribeServicesCommand, ListServicesCommand } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test, vi } from 'vitest';
import type { MachineState, PlanStatus } from '../../../src/machines/record.ts';
import { expectMigrated } from './endStates.ts';
import { claimants, nameOf, tagged } from './lookAround.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 120_000 });

/** What a plan goes by is gone for good: nothing comes back under its ARN. The users of such an application have gone with it. */

const TWO_STEPS = [
  { weight: 10, bake: '1m' },
  { weight: 100, bake: '1m' },
];

type Loss = 'rule' | 'listener' | 'load balancer';

async function lose(world: OperatorWorld, what: Loss): Promise<void> {
  const { person, edge } = world;
  if (what === 'rule') await person.elbv2.send(new DeleteRuleCommand({ RuleArn: edge.listenerRuleArn }));
  if (what === 'listener') await person.elbv2.send(new DeleteListenerCommand({ ListenerArn: edge.listenerArn }));
  if (what === 'load balancer')
    await person.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: edge.loadBalancerArn }));
}

const isDrifted = ({ conditions }: PlanStatus): boolean =>
  conditions.some(({ type, status }) => type === 'Drifted' && status === 'True');

const ask = (world: OperatorWorld, what: 'abort' | 'delete') =>
  what === 'abort'
    ? world.requests.requestAbort('shop', { by: 'ann', at: world.clock.now(), why: 'its listener is gone' })
    : world.requests.requestDelete('shop', { by: 'ann', at: world.clock.now() });

const servicesOf = async (world: OperatorWorld): Promise<string[]> => {
  const { serviceArns = [] } = await world.person.ecs.send(new ListServicesCommand({ cluster: world.clusterArn }));
  return serviceArns.map(nameOf).toSorted();
};

const GREEN = ['bystander', 'frontend-sc', 'stock-api-sc', 'user-api-sc'];
const BLUE = ['bystander', 'frontend', 'stock-api', 'user-api'];

/** The call by which blue loses what it cannot get back, in the states that make it as soon as they are entered. */
const FIRST_CALL: { readonly [state in MachineState]?: string } = {
  'retire.scaleDown': 'application-autoscaling:RegisterScalableTarget',
  'retire.remove': 'application-autoscaling:DeregisterScalableTarget',
};

/** A world whose plan is in a state, with the listener there. The referee looks at the rule, and so at no world that has lost it. */
async function worldIn(state: MachineState): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 }, referee: false });
  await world.apply({ steps: TWO_STEPS });
  const first = FIRST_CALL[state];
  if (first !== undefined) {
    await world.untilState('retire.handOver');
    world.startOperator(undefined, undefined, ({ api }) => api === first);
  }
  if (state.startsWith('backward.')) {
    await world.untilState('ramp.bake', 1);
    await ask(world, 'abort');
  }
  await world.untilState(state);
  return world;
}

async function expectTakenBack(world: OperatorWorld, asked: 'abort' | 'delete'): Promise<void> {
  if (asked === 'delete') expect(await world.hasRecord()).toBe(false);
  else expect(await world.state()).toBe('rolledBack');
  expect(await tagged(world)).toEqual([]);
  expect(await servicesOf(world)).toEqual(BLUE);
  expect(await claimants(world)).toEqual([]);
}

const BEFORE = ['ramp.bake', 'soak', 'retire.handOver', 'backward.shiftBack', 'backward.dismantle'] as const;

test.each(BEFORE.flatMap((state) => (['abort', 'delete'] as const).map((asked) => [state, asked] as const)))(
  'I14: its listener away altogether in %s: after %s the plan settles, and nothing of green is left',
  async (state, asked) => {
    const world = await worldIn(state);
    await lose(world, 'listener');
    await world.rest(3);
    await ask(world, asked);
    await world.settle();
    await expectTakenBack(world, asked);
    await world.close();
  },
);

test.each(
  (['retire.scaleDown', 'retire.remove'] as const).flatMap((state) =>
    (['rule', 'listener', 'load balancer'] as const).map((what) => [what, state] as const),
  ),
)('I14: its %s away in %s: blue goes all the same, and the plan says so', async (what, state) => {
  const world = await worldIn(state);
  await lose(world, what);
  await world.until('it is told', isDrifted);
  const said = /^rule\/\S+ does not exist any more; .*, so blue goes all the same$/;
  expect((await world.status()).conditions.find(({ type }) => type === 'Drifted')).toMatchObject({
    status: 'True',
    message: expect.stringMatching(said),
  });
  await world.settle();
  expect(await world.state()).toBe('succeeded');
  expect(await servicesOf(world)).toEqual(GREEN);
  expect(await claimants(world)).toEqual([]);
  const told = (await world.events()).filter(({ reason }) => reason === 'Drifted').map(({ message }) => message);
  expect(told).toEqual([expect.stringMatching(said)]);
  await world.close();
});

test.each(['retire.scaleDown', 'retire.remove'] as const)(
  'I14: its listener away in %s while another names blue: blue stays until that is gone, also after an abort',
  async (state) => {
    const world = await worldIn(state);
    const other = await listenerToBlue(world);
    await lose(world, 'listener');
    await ask(world, 'abort');
    await world.rest(10);
    expect(await world.state()).toBe(state);
    expect(await servicesOf(world)).toEqual([...BLUE, ...GREEN.slice(1)].toSorted());
    expect((await world.status()).report.waitingFor).toMatch(
      /blue is left alone while a rule may send to it: rule\/\S+ does not exist any more; whether blue may go: the default action of listener HTTP:8081 does forward to /,
    );
    await world.person.elbv2.send(new DeleteListenerCommand({ ListenerArn: other }));
    await world.settle();
    expect(await world.state()).toBe('succeeded');
    expect(await servicesOf(world)).toEqual(GREEN);
    await world.close();
  },
);

async function listenerToBlue({ person, edge }: OperatorWorld): Promise<string> {
  const { Listeners } = await person.elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: edge.loadBalancerArn,
      Protocol: 'HTTP',
      Port: 8081,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: edge.targetGroupArn }],
    }),
  );
  return Listeners?.[0]?.ListenerArn ?? '';
}

/** What an operator has seen is a moment old: a person comes between that and what it does about it. */
test.each(['retire.scaleDown', 'retire.remove'] as const)(
  'a listener that names blue, made after all was seen and before anything is done in %s, keeps blue until it is gone',
  async (state) => {
    let comesBetween: (() => Promise<void>) | undefined;
    const world = await OperatorWorld.create({
      settings: { tickMs: 30_000 },
      direct:
        ({ aws }) =>
        async (call) => {
          await comesBetween?.();
          return aws.direct(call);
        },
    });
    await world.apply({ steps: TWO_STEPS });
    await world.untilState('retire.handOver');
    let other: string | undefined;
    comesBetween = async () => {
      // The first call after the state is on the record is the first of its acts.
      if (other !== undefined || (await world.state()) !== state) return;
      other = '';
      other = await listenerToBlue(world);
    };
    await world.untilState(state);
    expect(other, 'the listener is there').toBeTruthy();
    const counts = await countsOfBlue(world);
    expect(counts).toEqual(state === 'retire.scaleDown' ? [2, 2, 2] : [0, 0, 0]);
    await world.rest(10);
    expect(await countsOfBlue(world), 'blue is as it was').toEqual(counts);
    expect((await world.events()).map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /^blue is left alone while something may send to it: .*listener HTTP:8081 does forward to /,
      ),
    );
    await world.person.elbv2.send(new DeleteListenerCommand({ ListenerArn: other }));
    await world.settle();
    await expectMigrated(world);
    await world.close();
  },
);

async function countsOfBlue({ person, clusterArn }: OperatorWorld): Promise<(number | undefined)[]> {
  const { services = [] } = await person.ecs.send(
    new DescribeServicesCommand({ cluster: clusterArn, services: ['frontend', 'stock-api', 'user-api'] }),
  );
  return services.filter(({ status }) => status === 'ACTIVE').map(({ desiredCount }) => desiredCount);
}
