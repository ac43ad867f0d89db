import { DeleteAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { afterEach, expect, test } from 'vitest';
import { Stage } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

const setAlarm = (StateValue: 'ALARM' | 'OK') =>
  stage.person.cloudWatch.send(
    new SetAlarmStateCommand({ AlarmName: 'shop-5xx', StateValue, StateReason: 'a person tries it' }),
  );

/** That nothing moves for some lab minutes, and nobody suffers. */
async function staysFor(minutes: number): Promise<void> {
  const before = await stage.status();
  await stage.passes(minutes);
  expect((await stage.status())?.machine).toMatchObject({
    value: before?.machine.value,
    context: { step: before?.machine.context.step },
  });
}

test('an alarm that fires and clears between two looks makes the step bake again, and nobody notices', async () => {
  stage = await Stage.open();
  await stage.apply();
  const { machine } = await stage.untilState('ramp.bake', 1);
  await setAlarm('ALARM');
  await setAlarm('OK');
  const again = await stage.until(
    'a bake from the start',
    ({ machine: now }) => now.context.step === 1 && (now.context.verifiedAt ?? 0) > (machine.context.verifiedAt ?? 0),
  );
  expect(again.machine.context.step).toBe(1);
  expect((await stage.untilSettled()).machine.value).toBe('succeeded');
  const users = await stage.users('an alarm flaps between two looks');
  expect(users.failures).toEqual({});
});

test('an alarm that is deleted in mid-ramp holds the step, and a person may still go back', async () => {
  stage = await Stage.open();
  await stage.apply();
  await stage.untilState('ramp.bake', 1);
  await stage.person.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['shop-5xx'] }));
  await stage.until('the gate that holds', ({ report }) => report.waitingFor.includes('shop-5xx'));
  await staysFor(8);
  await stage.abort();
  expect((await stage.untilSettled()).machine.value).toBe('rolledBack');
  const users = await stage.users('an alarm is deleted in mid-ramp, then an abort');
  expect(users.failures).toEqual({});
});

test('metrics that stop hold the step, though every alarm is OK, until they are back', async () => {
  stage = await Stage.open();
  await stage.apply();
  await stage.untilState('ramp.bake', 1);
  const metricsAreBack = stage.stopMetrics();
  await stage.until('the gate that holds', ({ report }) => /metric gone|no data|has had/.test(report.waitingFor));
  await staysFor(6);
  metricsAreBack();
  expect((await stage.untilSettled()).machine.value).toBe('succeeded');
  const users = await stage.users('metrics stop in mid-ramp and come back');
  expect(users.failures).toEqual({});
});
