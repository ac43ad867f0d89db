import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Call, closedSubgraph, cycles, waves } from './graph.ts';

const call = (from: string, to: string): Call => ({ from, to });

/** Services `s0` … with calls from lower to higher numbers only, so that there is no cycle. */
const acyclic = fc
  .integer({ min: 1, max: 12 })
  .chain((count) =>
    fc.tuple(
      fc.constant(Array.from({ length: count }, (_, index) => `s${index}`)),
      fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 40 }),
    ),
  )
  .map(([services, pairs]) => ({
    services,
    edges: pairs
      .filter(([left, right]) => left !== right)
      .map(([left, right]) => call(`s${Math.min(left, right)}`, `s${Math.max(left, right)}`)),
  }));

describe('waves', () => {
  test('S10: every callee comes before its caller, and every service comes once', () => {
    fc.assert(
      fc.property(acyclic, ({ services, edges }) => {
        const ordered = waves(services, edges);
        const waveOf = new Map(ordered.flatMap((wave, index) => wave.map((service) => [service, index] as const)));
        expect(ordered.flat().sort()).toEqual(services.toSorted());
        for (const { from, to } of edges) expect(waveOf.get(to)).toBeLessThan(waveOf.get(from) ?? -1);
      }),
    );
  });

  test('no service waits longer than it must', () => {
    fc.assert(
      fc.property(acyclic, ({ services, edges }) => {
        const ordered = waves(services, edges);
        for (const [index, wave] of ordered.entries()) {
          for (const service of wave) {
            const below = edges.filter((edge) => edge.from === service).map((edge) => edge.to);
            const deepest = Math.max(-1, ...below.map((callee) => ordered.findIndex((one) => one.includes(callee))));
            expect(index).toBe(deepest + 1);
          }
        }
      }),
    );
  });

  test('the order of the input does not matter', () => {
    fc.assert(
      fc.property(acyclic, ({ services, edges }) => {
        expect(waves(services.toReversed(), edges.toReversed())).toEqual(waves(services, edges));
      }),
    );
  });

  test('the members of a cycle share a wave, and those who call them come later', () => {
    const edges = [call('a', 'b'), call('b', 'c'), call('c', 'b'), call('c', 'd')];
    expect(waves(['a', 'b', 'c', 'd'], edges)).toEqual([['d'], ['b', 'c'], ['a']]);
  });
});

describe('cycles', () => {
  test('an acyclic graph has none', () => {
    fc.assert(
      fc.property(acyclic, ({ services, edges }) => {
        expect(cycles(services, edges)).toEqual([]);
      }),
    );
  });

  test('each is named with all its members', () => {
    const edges = [call('a', 'b'), call('b', 'a'), call('b', 'c'), call('x', 'y'), call('y', 'z'), call('z', 'x')];
    expect(cycles(['a', 'b', 'c', 'x', 'y', 'z'], edges)).toEqual([
      ['a', 'b'],
      ['x', 'y', 'z'],
    ]);
  });

  test('a service that calls itself is no cycle', () => {
    expect(cycles(['a'], [call('a', 'a')])).toEqual([]);
  });
});

describe('the closed subgraph', () => {
  test('holds all that is called, directly or not, and nothing else', () => {
    const edges = [call('web', 'user'), call('user', 'db'), call('batch', 'db'), call('other', 'thing')];
    expect(closedSubgraph(['web'], edges)).toEqual(['db', 'user', 'web']);
  });

  test('no call leads out of it', () => {
    fc.assert(
      fc.property(acyclic, ({ services, edges }) => {
        const inside = new Set(closedSubgraph(services.slice(0, 1), edges));
        for (const { from, to } of edges) if (inside.has(from)) expect(inside.has(to)).toBe(true);
      }),
    );
  });
});
