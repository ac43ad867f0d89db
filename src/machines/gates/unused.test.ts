import { expect, test } from 'vitest';
import { unusedVerdict, vouched, type CallerReading, type ReceivedBytes } from './unused.ts';

const inside = (received: Partial<ReceivedBytes> | undefined, why = ''): CallerReading => ({
  service: 'stock',
  callers: ['frontend'],
  source: 'bytes',
  received:
    received === undefined ? undefined : { service: 'stock', minutes: 14, mean: 0, meanBefore: 4000, ...received },
  why,
});

type Counted = { blue: number; green: number; hasData: boolean } | undefined;
const edge = (...counted: Counted[]): CallerReading => ({
  service: 'frontend',
  callers: [],
  source: 'edge',
  requests: counted.map((one, index) => ({ rule: `rule/shop/${index}`, counted: one })),
});

test.each<[string, CallerReading, string, RegExp]>([
  ['silence over the window', inside({}), 'pass', /^stock: received nothing \(.*NetworkRxBytes, 14 of 15 minutes\)$/],
  ['silence that was hardly published', inside({ minutes: 3 }), 'unknown', /too little was published.*3 of 15 minutes/],
  [
    'bytes, which are told beside those of before',
    inside({ mean: 40 }),
    'unknown',
    /^stock \(called by frontend\): still receives 40 B\/s on average, 1\.0 % of the 4000 B\/s before the plan/,
  ],
  [
    'bytes with nothing to hold them against',
    inside({ mean: 40, meanBefore: null }),
    'unknown',
    /on average, and bytes/,
  ],
  ['nothing published', inside({ minutes: 0, mean: null }), 'unknown', /^stock \(called by frontend\): no source/],
  ['no answer', inside(undefined, 'cloudwatch:GetMetricData AccessDenied'), 'unknown', /AccessDenied$/],
  [
    'no request at the load balancer, by any of its rules',
    edge({ blue: 0, green: 70, hasData: true }, { blue: 0, green: 50, hasData: true }),
    'pass',
    /^frontend: 0 requests, green 120, .*RequestCount\)$/,
  ],
  [
    'requests by one rule',
    edge({ blue: 0, green: 7, hasData: true }, { blue: 2, green: 5, hasData: true }),
    'wait',
    /still 2/,
  ],
  ['a load balancer that counted nothing', edge({ blue: 0, green: 0, hasData: false }), 'unknown', /proves nothing/],
  ['a rule that was not counted', edge({ blue: 0, green: 7, hasData: true }, undefined), 'unknown', /rule\/shop\/1/],
])('%s', (_what, reading, verdict, why) => {
  expect(unusedVerdict(reading)).toEqual({ verdict, why: expect.stringMatching(why) });
});

test('a person vouches for what no source can tell, and for nothing that is counted', () => {
  const unknown = inside({ mean: null, minutes: 0 });
  expect(vouched(unknown, unusedVerdict(unknown), 'ann')).toMatchObject({
    verdict: 'pass',
    why: expect.stringMatching(/^stock: ann vouches/),
  });
  expect(vouched(unknown, unusedVerdict(unknown), undefined)).toMatchObject({ verdict: 'unknown' });
  const counted = edge({ blue: 1, green: 5, hasData: true });
  expect(vouched(counted, unusedVerdict(counted), 'ann')).toMatchObject({ verdict: 'wait' });
});
