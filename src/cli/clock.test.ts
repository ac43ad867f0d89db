import { expect, test, vi } from 'vitest';
import { clockFromEnvironment, wallClock } from './clock.ts';

test('without the variable it is the time of day', () => {
  expect(clockFromEnvironment({})).toBe(wallClock);
  expect(clockFromEnvironment({ MESHLIFT_CLOCK: '' })).toBe(wallClock);
  expect(wallClock.realMs(1234)).toBe(1234);
});

test('the lab’s clock runs a factor faster from a common origin', () => {
  vi.useFakeTimers({ now: 5_000 });
  try {
    const clock = clockFromEnvironment({ MESHLIFT_CLOCK: '1000000,4000,10' });
    expect(clock.now()).toBe(1_010_000);
    expect(clock.realMs(60_000)).toBe(6_000);
  } finally {
    vi.useRealTimers();
  }
});

test.each(['1,2', '1,2,3,4', 'a,2,3', '1,,3', '1,2,31', '1,2,0', '1,2,Infinity', ','])('%j is refused', (text) => {
  expect(() => clockFromEnvironment({ MESHLIFT_CLOCK: text })).toThrow('MESHLIFT_CLOCK');
});
