import { z } from 'zod';
import { FREEZE_FORM, isTimeZone, parseFreeze } from '../freeze.ts';
import { PLANNED_APPROVALS } from '../model.ts';
import { analysis } from './analysis.ts';
import { notYet, section, unique } from './building.ts';

const alarmName = z
  .string()
  .min(1, 'must be the name of an alarm')
  .max(255, 'must be the name of an alarm, at most 255 characters');

/** `DescribeAlarms` takes a hundred names at once. */
const ALARMS_MAX = 100;
const WINDOWS_MAX = 50;
const window = section({
  timeZone: z
    .string()
    .refine(isTimeZone, 'must be a time zone of the IANA database, e.g. Europe/Berlin or UTC')
    .describe('Time zone of the freeze, e.g. Europe/Berlin.'),
  freeze: z
    .string()
    .transform((text, context) => {
      const freeze = parseFreeze(text);
      if (freeze !== undefined) return freeze;
      context.addIssue({ code: 'custom', message: `must be ${FREEZE_FORM}` });
      return z.NEVER;
    })
    .describe('When nothing goes forward, in wall time, e.g. Fri 16:00 - Mon 06:00.'),
});

export const gates = section({
  alarms: unique(alarmName, (name) => `"${name}"`, 'alarm')
    .min(1, 'must name at least one alarm: without one nothing would take a bad green back')
    .max(ALARMS_MAX, `must name at most ${ALARMS_MAX} alarms`)
    .describe('Names of CloudWatch alarms, metric or composite. A step passes only while every one is OK.'),
  shortBakes: z
    .enum(['refuse', 'force'])
    .default('refuse')
    .describe('What becomes of a plan with a bake that is over before its alarms could have fired. Default refuse.'),
  approvals: unique(z.enum(PLANNED_APPROVALS), (name) => name, 'approval')
    .default([])
    .describe(
      'Where a person must approve: before the first step, before blue is retired, and that infrastructure-as-code was told. Default none.',
    ),
  analysis,
  windows: z
    .array(window)
    .max(WINDOWS_MAX, `must have at most ${WINDOWS_MAX} windows`)
    .default([])
    .describe('When nothing goes forward. A rollback never waits for it. Default none.'),
  probes: notYet('probes'),
});
