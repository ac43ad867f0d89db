import { z } from 'zod';
import { type CreatedAlarms, DEFAULT_CREATED_ALARMS, inPercent } from '../createdAlarms.ts';
import { duration, section, unique } from './building.ts';
import { HOUR_MS } from './durations.ts';
import { percent, requestsMin } from './share.ts';

const alarmName = z
  .string()
  .min(1, 'must be the name of an alarm')
  .max(255, 'must be the name of an alarm, at most 255 characters');

/** `DescribeAlarms` takes a hundred names at once. */
const ALARMS_MAX = 100;
const names = unique(alarmName, (name) => `"${name}"`, 'alarm').max(
  ALARMS_MAX,
  `must name at most ${ALARMS_MAX} alarms`,
);
const NONE = 'must name at least one alarm, or create: true: without one nothing would take a bad green back';

const { errorRateMax, requestsMin: requestsMinDefault } = DEFAULT_CREATED_ALARMS;

const create = section({
  errorRate: section({
    max: percent
      .default(errorRateMax)
      .describe(`The share of requests that may fail, percent. Default ${inPercent(errorRateMax).replace(' ', '')}.`),
  })
    .prefault({})
    .describe('When the alarm on errors fires.'),
  latencyP99: section({
    max: duration(HOUR_MS, '1h')
      .refine((maxMs) => maxMs > 0, 'must be longer than nothing')
      .describe('How long the 99th percentile of a minute may be.'),
  })
    .optional()
    .describe('When the alarm on the response time fires. Default none is made.'),
  requests: section({
    min: requestsMin
      .default(requestsMinDefault)
      .describe(`Requests that a minute must have to be a bad one. Default ${requestsMinDefault}.`),
  })
    .prefault({})
    .describe('How many requests a verdict needs.'),
}).transform(
  (written): CreatedAlarms => ({
    errorRateMax: written.errorRate.max,
    latencyP99MaxMs: written.latencyP99?.max ?? null,
    requestsMin: written.requests.min,
  }),
);

/** What the plan goes by. */
interface Alarms {
  names: string[];
  create: CreatedAlarms | null;
}

const byName = names.min(1, NONE).transform((written): Alarms => ({ names: written, create: null }));

const inFull = section({
  names: names.default([]).describe('Names of CloudWatch alarms, metric or composite. Default none.'),
  create: z
    .union([z.boolean(), create], 'must be true, or a map of what to watch')
    .default(false)
    .describe(
      "Alarms on green's target groups, which Meshlift makes with green and takes away with it: true, or their limits. Default none.",
    ),
}).transform((written, context): Alarms => {
  if (written.names.length === 0 && written.create === false) {
    context.addIssue({ code: 'custom', message: NONE });
    return z.NEVER;
  }
  const made = written.create === true ? DEFAULT_CREATED_ALARMS : written.create;
  return { names: written.names, create: made === false ? null : made };
});

/** A list of names, or a map of names and of what Meshlift makes itself. */
export const alarms = z
  .union([byName, inFull], 'must be a list of names of alarms, or a map of names and create')
  .describe('CloudWatch alarms. A step passes only while every one is OK.');
