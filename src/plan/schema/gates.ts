import { z } from 'zod';
import type { Approval } from '../model.ts';
import { notYet, section, unique } from './building.ts';

const alarmName = z
  .string()
  .min(1, 'must be the name of an alarm')
  .max(255, 'must be the name of an alarm, at most 255 characters');

/** `DescribeAlarms` takes a hundred names at once. */
const ALARMS_MAX = 100;
export const gates = section({
  alarms: unique(alarmName, (name) => `"${name}"`, 'alarm')
    .min(1, 'must name at least one alarm: without one nothing would take a bad green back')
    .max(ALARMS_MAX, `must name at most ${ALARMS_MAX} alarms`)
    .describe('Names of CloudWatch alarms, metric or composite. A step passes only while every one is OK.'),
  approvals: unique(z.enum(['beforeRetire'] as const satisfies Approval[]), (name) => name, 'approval')
    .default([])
    .describe('Where a person must approve. Default none.'),
  analysis: notYet('analysis of error rate and latency; put the limits into an alarm'),
  windows: notYet('windows and freezes; use `paused`'),
  probes: notYet('probes'),
});
