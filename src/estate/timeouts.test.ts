import { describe, expect, test } from 'vitest';
import { effectiveTimeout } from './timeouts.ts';

const s = (value: number) => ({ value, unit: 's' as const });
const ms = (value: number) => ({ value, unit: 'ms' as const });
const none = { route: undefined, listener: undefined };

describe('per request', () => {
  test("S12: App Mesh's own 15 s are written where nothing is set", () => {
    expect(effectiveTimeout('http', [none]).timeout).toEqual({ perRequestTimeoutSeconds: 15 });
  });

  test('the shorter of route and listener holds, a missing one counting as 15 s', () => {
    expect(
      effectiveTimeout('http', [{ route: { perRequest: s(20) }, listener: { perRequest: s(25) } }]).timeout,
    ).toEqual({ perRequestTimeoutSeconds: 20 });
    expect(effectiveTimeout('http', [{ route: { perRequest: s(60) }, listener: undefined }]).timeout).toEqual({
      perRequestTimeoutSeconds: 15,
    });
    expect(effectiveTimeout('http', [{ route: undefined, listener: { perRequest: s(60) } }]).timeout).toEqual({
      perRequestTimeoutSeconds: 15,
    });
  });

  test('0 is none, and none wins over every number', () => {
    const found = effectiveTimeout('grpc', [
      { route: { perRequest: s(3) }, listener: { perRequest: s(0) } },
      { route: { perRequest: s(0) }, listener: { perRequest: s(0) } },
    ]);
    expect(found.timeout.perRequestTimeoutSeconds).toBe(0);
    expect(found.conflictSeconds).toEqual([3, 0]);
  });

  test('a request that may outlast the idle default brings its idle timeout along', () => {
    expect(
      effectiveTimeout('http', [{ route: { perRequest: s(900) }, listener: { perRequest: s(1200) } }]).timeout,
    ).toEqual({ perRequestTimeoutSeconds: 900, idleTimeoutSeconds: 900 });
    expect(effectiveTimeout('http', [{ route: { perRequest: s(0) }, listener: { perRequest: s(0) } }]).timeout).toEqual(
      { perRequestTimeoutSeconds: 0, idleTimeoutSeconds: 0 },
    );
  });

  test('parts of a second are rounded up, and said so', () => {
    const found = effectiveTimeout('http', [{ route: { perRequest: ms(5500) }, listener: undefined }]);
    expect(found.timeout).toEqual({ perRequestTimeoutSeconds: 6 });
    expect(found.rounded).toBe(true);
  });

  test('S9: a TCP endpoint carries no per-request timeout', () => {
    const found = effectiveTimeout('tcp', [{ route: undefined, listener: { idle: s(7200) } }]);
    expect(found).toEqual({ timeout: { idleTimeoutSeconds: 7200 }, conflictSeconds: undefined, rounded: false });
    expect(effectiveTimeout('tcp', [none]).timeout).toEqual({});
  });
});

describe('idle', () => {
  test('the longest holds, a route without one counting as 300 s', () => {
    const found = effectiveTimeout('http', [
      { route: { idle: s(120) }, listener: undefined },
      { route: undefined, listener: undefined },
    ]);
    expect(found.timeout.idleTimeoutSeconds).toBe(300);
  });

  test('the shorter of route and listener holds for one route', () => {
    expect(
      effectiveTimeout('http', [{ route: { idle: s(300) }, listener: { idle: s(600) } }]).timeout.idleTimeoutSeconds,
    ).toBe(300);
  });
});
