import { expect, test } from 'vitest';
import { Quarantine } from './quarantine.ts';

test('a plan that was taken over waits for as long as a call may take, and is told once that it need not any more', () => {
  let nowMs = 5_000;
  const quarantine = new Quarantine(10_000, () => nowMs);
  expect(quarantine.look('shop')).toEqual({ kind: 'none' });
  quarantine.begin('shop', { from: 'op-1', epoch: 2 });
  expect(quarantine.look('cart')).toEqual({ kind: 'none' });
  nowMs += 9_999;
  expect(quarantine.look('shop')).toEqual({ kind: 'wait', realMs: 1 });
  nowMs += 1;
  expect(quarantine.look('shop')).toEqual({ kind: 'over', from: 'op-1', epoch: 2 });
  expect(quarantine.look('shop')).toEqual({ kind: 'none' });
});

test('a plan that another has taken meanwhile, and that is taken over from it again, waits anew', () => {
  let nowMs = 0;
  const quarantine = new Quarantine(10_000, () => nowMs);
  quarantine.begin('shop', { from: 'op-1', epoch: 2 });
  quarantine.forget('shop');
  expect(quarantine.look('shop')).toEqual({ kind: 'none' });
  quarantine.begin('shop', { from: 'op-1', epoch: 2 });
  nowMs = 9_000;
  quarantine.begin('shop', { from: 'op-3', epoch: 4 });
  nowMs = 12_000;
  expect(quarantine.look('shop')).toEqual({ kind: 'wait', realMs: 7_000 });
});
