import { expect, test } from 'vitest';
import { MIGRATION_ACTIONS } from '../../../src/aws/actions.ts';
import { createShop } from '../../../src/aws/simulatedShop.ts';
import { ACT_SAGAS } from './actSagas.ts';
import { handsOn, isMutation } from './hands.ts';
import { MENDED_SAGAS } from './mendedSagas.ts';
import { RESOURCE_SAGAS } from './resourceSagas.ts';
import { sagaTests } from './saga.ts';

const ports = Object.values(ACT_SAGAS);
const sagas = ports.flatMap((port) => Object.values(port)).flatMap((one) => ('wayBackOf' in one ? [] : [one]));

test('every verb of every port has its saga, or is the way back of one', async () => {
  const shop = await createShop();
  const { world } = handsOn(shop);
  for (const port of ['blue', 'turns', 'registries', 'router'] as const) {
    const verbs = Object.keys(world[port]).filter((verb) => !ONLY_READ.has(verb));
    expect(Object.keys(ACT_SAGAS[port]).toSorted(), port).toEqual(verbs.toSorted());
  }
  const own = Object.entries(world).filter(([name, verb]) => typeof verb === 'function' && !ONLY_READ.has(name));
  expect(Object.keys(ACT_SAGAS.world).toSorted()).toEqual(own.map(([name]) => name).toSorted());
  const named = new Set(ports.flatMap((port) => Object.keys(port)));
  for (const one of ports.flatMap((port) => Object.values(port))) {
    if ('wayBackOf' in one) expect(named).toContain(one.wayBackOf);
  }
  await shop.close();
});

/** What a port answers without changing anything. */
const ONLY_READ = new Set(
  [
    'scaledDown removed meshRemoved read registered withdrawn verify verifyGone',
    'inventory alarms alarmsBeneath newestData health runningImages edgeTraffic probe serviceConnectCalls edgeMinutes',
    'serviceConnectAnswers receivedBytes meshAnswer scalingReleased',
  ].flatMap((names) => names.split(' ')),
);

test('every call that the operator may change something with is cut in a saga', () => {
  const cut = new Set([...sagas, ...Object.values(RESOURCE_SAGAS), ...MENDED_SAGAS].flatMap(({ changes }) => changes));
  expect(MIGRATION_ACTIONS.filter((api) => isMutation(api) && !cut.has(api))).toEqual(
    Object.keys(NOT_CALLED).toSorted(),
  );
});

/** What stands in the policy, and no call of the operator's own is named so. */
const NOT_CALLED: Readonly<Record<string, string>> = {
  'application-autoscaling:TagResource': 'for the tags that RegisterScalableTarget carries',
  'cloudwatch:TagResource': 'for the tags that PutMetricAlarm carries',
  'ecs:TagResource': 'for the tags that CreateService and RegisterTaskDefinition carry',
  'elasticloadbalancing:AddTags': 'for the tags that CreateTargetGroup and CreateRule carry',
  'iam:CreateServiceLinkedRole': 'Application Auto Scaling makes its role with the caller’s rights',
  'iam:PassRole': 'ECS is handed the roles of blue',
  'servicediscovery:CreateService': 'ECS makes the services of Service Connect with the caller’s rights',
  'servicediscovery:TagResource': 'for the tags that CreateHttpNamespace carries',
};

for (const saga of [...sagas, ...MENDED_SAGAS]) sagaTests(saga);
