import { afterEach, expect, test } from 'vitest';
import { VERSION } from '../../../src/cli/version.ts';
import { MACHINE_VERSION } from '../../../src/machines/record.ts';
import {
  deploy,
  environmentOf,
  ruleActions,
  shiftByHand,
  withVariable,
  writeRule,
} from '../../unit/operator/byHand.ts';
import { Stage, until } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

test('a rule that is edited by hand at each step halts the plan each time; put back, it goes on to its end', async () => {
  stage = await Stage.open();
  await stage.apply();
  for (const step of [0, 1, 2]) {
    await stage.untilState('ramp.bake', step);
    const actions = await ruleActions(stage);
    await shiftByHand(stage, 30);
    await stage.until('Drifted', ({ conditions }) =>
      conditions.some(({ type, status }) => type === 'Drifted' && status === 'True'),
    );
    await writeRule(stage, actions);
  }
  expect((await stage.untilSettled()).machine.value).toBe('succeeded');
  const users = await stage.users('the rule is edited by hand at each of three steps');
  expect(users.failures).toEqual({});
});

test('a pipeline that deploys to blue in mid-ramp holds the plan until its deployment is taken back', async () => {
  stage = await Stage.open();
  await stage.apply();
  await stage.untilState('ramp.bake', 1);
  const takeBack = await deploy(stage, 'user-api');
  await stage.until('SourceChanged', ({ conditions }) =>
    conditions.some(({ type, status }) => type === 'SourceChanged' && status === 'True'),
  );
  await takeBack();
  expect((await stage.untilSettled()).machine.value).toBe('succeeded');
  const users = await stage.users('a pipeline deploys to blue in mid-ramp');
  expect(users.failures).toEqual({});
});

test('a pipeline that deploys to blue in mid-ramp is followed by green, which bakes again with what it deployed', async () => {
  stage = await Stage.open();
  await stage.apply({ onSourceChange: 'follow' });
  await stage.untilState('ramp.bake', 1);
  await deploy(stage, 'user-api', withVariable('RELEASE', '2'));
  await stage.until('green follows', ({ conditions }) => conditions.some(({ reason }) => reason === 'Following'));
  const { machine } = await stage.untilSettled();
  expect(machine.context.backwardBecause).toBeNull();
  expect(machine.value).toBe('succeeded');
  expect((await environmentOf(stage, 'user-api-sc'))['app']).toMatchObject({ RELEASE: '2' });
  const users = await stage.users('a pipeline deploys to blue in mid-ramp, and green follows');
  expect(users.failures).toEqual({});
});

test('a pause holds across a restart of the operator, and a resume goes on', async () => {
  stage = await Stage.open();
  await stage.apply();
  await stage.untilState('ramp.bake', 0);
  await stage.requests.setPaused('shop', true);
  await stage.until('Paused', ({ conditions }) =>
    conditions.some(({ type, status }) => type === 'Paused' && status === 'True'),
  );
  const [first] = await stage.operators();
  expect(first).toMatchObject({ version: VERSION, machineVersion: MACHINE_VERSION, leaseMs: 3_000, plans: ['shop'] });
  await stage.stopOperator();
  expect(await stage.operators(), 'it has taken itself off').toEqual([]);
  stage.startOperator();
  // The record says `paused` since before the restart: the new operator is there when it says so itself.
  const second = await until('the new operator', async () => (await stage.operators()).at(0));
  expect(second.name).not.toBe(first?.name);
  await stage.passes(8);
  await stage.expectIn('ramp.bake', 0);
  await stage.requests.setPaused('shop', false);
  expect((await stage.untilSettled()).machine.value).toBe('succeeded');
  const users = await stage.users('a pause across a restart');
  expect(users.failures).toEqual({});
});
