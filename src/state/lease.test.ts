import { describe, expect, test } from 'vitest';
import type { LeaseState } from '../reconciler/ports.ts';
import { Lease, LeaseWatch } from './lease.ts';

test('a lease of ours covers what ends within its length from when its renewal was sent, to the millisecond', () => {
  let nowMs = 150;
  const lease = new Lease('shop', { epoch: 2, version: 7, renewals: 5, leaseMs: 1_000, sentMs: 100 }, () => nowMs);
  expect(lease).toMatchObject({ plan: 'shop', epoch: 2, version: 7, renewals: 5 });
  expect(lease.covers(950)).toBe(true);
  expect(lease.covers(951)).toBe(false);
  nowMs = 1_100;
  expect(lease.covers(0)).toBe(true);
  nowMs = 1_101;
  expect(lease.covers(0)).toBe(false);
});

describe('the watch over a lease of another', () => {
  const LEASE: LeaseState = { holder: 'op-2', epoch: 1, leaseMs: 1_000, renewals: 4 };

  test('has seen its end once it was unchanged for all its length, from the answer of the first read to the sending of the last', () => {
    const watch = new LeaseWatch();
    // It was read for the first time at 150, so what was there before proves nothing.
    expect(watch.hasEnded('shop', LEASE, 100, 150)).toBe(false);
    expect(watch.hasEnded('shop', LEASE, 1_149, 5_000)).toBe(false);
    expect(watch.hasEnded('shop', { ...LEASE }, 1_150, 1_150)).toBe(true);
  });

  test.each<[string, Partial<LeaseState>]>([
    ['holder', { holder: 'op-3' }],
    ['epoch', { epoch: 2 }],
    ['number of renewals', { renewals: 5 }],
    ['length', { leaseMs: 900 }],
  ])('begins anew with another %s', (_what, change) => {
    const watch = new LeaseWatch();
    const changed = { ...LEASE, ...change };
    watch.hasEnded('shop', LEASE, 0, 0);
    expect(watch.hasEnded('shop', changed, 1_000, 1_010)).toBe(false);
    expect(watch.hasEnded('shop', changed, 1_009 + changed.leaseMs, 5_000)).toBe(false);
    expect(watch.hasEnded('shop', changed, 1_010 + changed.leaseMs, 5_000)).toBe(true);
  });

  test('begins anew where it was forgotten, and watches each plan by itself', () => {
    const watch = new LeaseWatch();
    watch.hasEnded('shop', LEASE, 0, 0);
    expect(watch.hasEnded('bank', LEASE, 1_000, 1_000)).toBe(false);
    watch.forget('shop');
    expect(watch.hasEnded('shop', LEASE, 1_000, 1_000)).toBe(false);
    expect(watch.hasEnded('bank', LEASE, 2_000, 2_000)).toBe(true);
  });
});
