import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportCall } from '../../../../assess/report.ts';
import { type DrawnNode, type DrawnService, type GraphLayout, layout } from './layout.ts';

const service = (name: string, more: Partial<DrawnService> = {}): DrawnService => ({
  name,
  meshed: true,
  entry: false,
  labelWidth: name.length * 8,
  ...more,
});
const call = (from: string, to: string, more: Partial<ReportCall> = {}): ReportCall => ({
  from,
  to,
  name: `${to}.shop.local`,
  port: 8080,
  certainty: 'certain',
  leadsOutside: false,
  ...more,
});
const node = ({ nodes }: GraphLayout, name: string): DrawnNode => {
  const found = nodes.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not drawn`);
  return found;
};

/** Any services, and any calls between them, to hosts outside, in circles, and to themselves. */
const graphs = fc
  .record({
    services: fc.uniqueArray(
      fc.record({
        name: fc.string({ minLength: 1, maxLength: 12 }),
        meshed: fc.boolean(),
        entry: fc.boolean(),
        labelWidth: fc.integer({ min: 0, max: 260 }),
      }),
      { selector: ({ name }) => name, minLength: 1, maxLength: 60 },
    ),
    ends: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom('certain', 'guess')), { maxLength: 120 }),
  })
  .map(({ services, ends }) => {
    const nameAt = (at: number) => services[at % services.length]?.name ?? '';
    return {
      services,
      calls: ends.map(([from, to, certainty]) =>
        to % 13 === 0
          ? call(nameAt(from), `host ${to % 3}`, { leadsOutside: true })
          : call(nameAt(from), nameAt(to), { certainty: certainty === 'guess' ? 'guess' : 'certain' }),
      ),
    };
  });

describe('the layout of the call graph', () => {
  it('draws every service once, and no two nodes overlap', () => {
    fc.assert(
      fc.property(graphs, ({ services, calls }) => {
        const { nodes, width, height } = layout(services, calls, 100);
        const names = nodes.map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
        for (const { name } of services) expect(names).toContain(name);
        for (const [at, one] of nodes.entries()) {
          expect(one.x >= 0 && one.y >= 0).toBe(true);
          expect(one.x + one.width <= width && one.y + one.height <= height).toBe(true);
          for (const other of nodes.slice(at + 1)) {
            const apart =
              one.x + one.width < other.x ||
              other.x + other.width < one.x ||
              one.y + one.height < other.y ||
              other.y + other.height < one.y;
            expect(apart, `${one.name} and ${other.name}`).toBe(true);
          }
        }
      }),
    );
  });

  it('draws every call between two nodes that are there, inside the drawing, and with numbers', () => {
    fc.assert(
      fc.property(graphs, ({ services, calls }) => {
        const { nodes, edges } = layout(services, calls, 100);
        const names = new Set(nodes.map(({ name }) => name));
        const drawn = new Set(edges.map(({ from, to }) => JSON.stringify([from, to])));
        for (const { from, to } of calls) expect(drawn.has(JSON.stringify([from, to]))).toBe(true);
        expect(drawn.size).toBe(edges.length);
        for (const { from, to, path } of edges) {
          expect(names.has(from) && names.has(to)).toBe(true);
          expect(path).toMatch(/^M[-\d. CH]+$/);
        }
      }),
    );
  });

  it('is the same for the same graph, in whatever order it is told', () => {
    fc.assert(
      fc.property(graphs, ({ services, calls }) => {
        expect(layout(services.toReversed(), calls.toReversed(), 100)).toEqual(layout(services, calls, 100));
      }),
    );
  });

  it('leads every call to the right, those of a circle apart', () => {
    fc.assert(
      fc.property(graphs, ({ services, calls }) => {
        const drawing = layout(services, calls, 100);
        for (const { from, to, inCycle } of drawing.edges) {
          const [source, target] = [node(drawing, from), node(drawing, to)];
          if (inCycle || from === to || source.kind === 'outsideMesh' || target.kind === 'outsideMesh') continue;
          expect(source.x + source.width).toBeLessThan(target.x);
        }
      }),
    );
  });

  it('sets entries that nobody calls at the left, servers at the right, and hosts outside beyond them', () => {
    const drawing = layout(
      [
        service('admin', { entry: true }),
        service('web', { entry: true }),
        service('api'),
        service('store'),
        service('log'),
      ],
      [call('web', 'api'), call('api', 'store'), call('admin', 'store'), call('store', 'db', { leadsOutside: true })],
      100,
    );
    expect(drawing.headings.map(({ text }) => text)).toEqual(['entry points', 'wave 2', 'wave 1', 'hosts outside']);
    expect(node(drawing, 'admin').x).toBe(node(drawing, 'web').x);
    expect(node(drawing, 'db')).toMatchObject({ kind: 'host' });
    expect(node(drawing, 'db').x).toBeGreaterThan(node(drawing, 'store').x);
  });

  it('sets services outside the mesh apart, below all others', () => {
    const drawing = layout(
      [
        service('web', { entry: true }),
        service('api'),
        service('cron', { meshed: false }),
        service('etl', { meshed: false }),
      ],
      [call('web', 'api'), call('cron', 'api', { certainty: 'guess' })],
      100,
    );
    const { band } = drawing;
    if (band === undefined) throw new Error('no band');
    expect(node(drawing, 'cron').kind).toBe('outsideMesh');
    for (const name of ['cron', 'etl']) expect(node(drawing, name).y).toBeGreaterThan(band.y);
    for (const name of ['web', 'api']) expect(node(drawing, name).y + node(drawing, name).height).toBeLessThan(band.y);
  });

  it('marks a circle, and a call that is a guess under every name', () => {
    const { edges, nodes } = layout(
      [service('a'), service('b'), service('c')],
      [
        call('a', 'b'),
        call('b', 'a'),
        call('a', 'c', { certainty: 'guess' }),
        call('b', 'c', { certainty: 'guess' }),
        call('b', 'c', { name: 'other.local', certainty: 'recorded' }),
      ],
      100,
    );
    const marked = edges.map(({ from, to, inCycle, guessed }) => [`${from}>${to}`, inCycle, guessed]);
    expect(marked).toEqual([
      ['a>b', true, false],
      ['a>c', false, true],
      ['b>a', true, false],
      ['b>c', false, false],
    ]);
    expect(
      nodes
        .filter(({ inCycle }) => inCycle)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['a', 'b']);
  });
});
