import { describe, expect, test } from 'vitest';
import { estateOf, expectationOf, type FixtureName } from '../../../test/fixtures/estates.ts';
import { reportOn } from './reportOn.ts';

const VERDICTS = {
  '01-simple-three-tier': 'clean',
  '02-retries-tls-canary': 'needsDecisions',
  '03-gateway-grpc-mtls-shared': 'blocked',
} as const satisfies Record<FixtureName, string>;

describe.each(Object.keys(VERDICTS) as FixtureName[])('%s', (name) => {
  const report = reportOn(estateOf(name));

  test('is judged as a person judges it', () => {
    expect(report.verdict).toBe(VERDICTS[name]);
  });

  test('is JSON through and through', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('its waves hold every service that a person put in one', () => {
    const expected = expectationOf(name).graph.waves.flat();
    expect(report.waves.flat()).toEqual(expect.arrayContaining(expected.filter((one) => one !== 'pricing')));
  });
});

test('one entry and everything that it calls is one proposed plan', () => {
  const { proposals } = reportOn(estateOf('01-simple-three-tier'));
  expect(proposals).toEqual([
    {
      name: 'frontend',
      entries: ['frontend'],
      services: ['frontend', 'stock-api', 'user-api'],
      shared: [],
      missing: [],
    },
  ]);
});
