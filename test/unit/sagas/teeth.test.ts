import { CreateHttpNamespaceCommand } from '@aws-sdk/client-servicediscovery';
import { RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { CreateTargetGroupCommand, DeleteTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { greenOf } from '../../../src/aws/simulatedShop.ts';
import { translated } from '../../../src/aws/errors.ts';
import { type Doing, Rehearsal, type Saga } from './saga.ts';

const saga = (name: string, stage: Saga['stage']): Saga => ({ name, stage, changes: [] });
const definition = (family: string) => ({
  family,
  containerDefinitions: [{ name: 'app', image: 'shop/frontend:1', memory: 128 }],
});

/** What is never looked at: done once it was asked for and answered, by whichever process. */
function blindly(act: Doing['act']): Doing {
  let answers = 0;
  return {
    act: async (hands) => {
      await translated(() => act(hands));
      answers += 1;
    },
    isDone: () => {
      const isDone = answers > 0;
      answers = 0;
      return Promise.resolve(isDone);
    },
  };
}

test('what is made anew each time is caught by a lost answer', async () => {
  const careless = await Rehearsal.of(
    saga('a registration without a look', () =>
      Promise.resolve({
        doing: blindly(({ clients }) => clients.ecs.send(new RegisterTaskDefinitionCommand(definition('green')))),
      }),
    ),
  );
  await expect(careless.endsTheSameWhicheverCallFails()).rejects.toThrow('to deeply equal');
  await careless.close();
});

test('a token that is drawn anew for each call is caught: two processes ask for two', async () => {
  let tokens = 0;
  const careless = await Rehearsal.of(
    saga('a namespace under a token of the moment', () =>
      Promise.resolve({
        doing: blindly(({ clients }) => {
          tokens += 1;
          const input = { Name: 'green', CreatorRequestId: `${tokens}` };
          return clients.serviceDiscovery.send(new CreateHttpNamespaceCommand(input));
        }),
      }),
    ),
  );
  await expect(careless.isTheSameTwice()).rejects.toThrow();
  await careless.close();
});

test('a way back that goes by what is remembered is caught when the answer was never heard', async () => {
  const rehearsal = await Rehearsal.of(
    saga('a target group that is removed by what is remembered', (shop) => {
      const { input } = greenOf(shop).targetGroup;
      let arn: string | undefined;
      return Promise.resolve({
        doing: blindly(async ({ clients: { elbv2 } }) => {
          const { TargetGroups } = await elbv2.send(new CreateTargetGroupCommand(input));
          arn = TargetGroups?.[0]?.TargetGroupArn;
        }),
        undoing: blindly(async ({ clients: { elbv2 } }) => {
          if (arn !== undefined) await elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn }));
          arn = undefined;
        }),
      });
    }),
  );
  await expect(rehearsal.leavesNothingWhenUndone()).rejects.toThrow(/given up after .*CreateTargetGroup/);
  await rehearsal.close();
});

test('a call that is made whatever stands already is caught', async () => {
  const restless = await Rehearsal.of(
    saga('a count that is set each time', ({ clusterArn: cluster }) => {
      const set = (desiredCount: number): Doing =>
        blindly(({ clients: { ecs } }) =>
          ecs.send(new UpdateServiceCommand({ cluster, service: 'frontend', desiredCount })),
        );
      return Promise.resolve({ doing: set(3), undoing: set(2) });
    }),
  );
  await expect(restless.isTheSameTwice()).rejects.toThrow('UpdateService');
  await restless.close();
});
