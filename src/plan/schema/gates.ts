import { z } from 'zod';
import { FREEZE_FORM, isTimeZone, parseFreeze } from '../freeze.ts';
import { PLANNED_APPROVALS } from '../model.ts';
import { alarms } from './alarms.ts';
import { analysis } from './analysis.ts';
import { notYet, section, unique } from './building.ts';

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
  alarms,
  shortBakes: z
    .enum(['refuse', 'force'])
    .optional()
    .describe(
      'What becomes of a plan with a bake that is over before its alarms could have fired. Default refuse, in a rescue force.',
    ),
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
