import { cycles } from '../../../../assess/graph.ts';
import type { ReportCall } from '../../../../assess/report.ts';
import { byText } from '../../../../estate/order.ts';
import { columnsOf } from './columns.ts';
import { middles } from './heights.ts';
import { type Item, ordered, type Segment } from './order.ts';
import { type Box, bulge, corridor, intoBand, outOfBand, overBand } from './paths.ts';

export interface DrawnService {
  name: string;
  /** Services outside the mesh stand in a band of their own, below. */
  meshed: boolean;
  /** A load balancer leads to it. */
  entry: boolean;
  /** The width that its longest label takes, in pixels. */
  labelWidth: number;
}

export interface DrawnNode extends Box {
  name: string;
  kind: 'meshed' | 'outsideMesh' | 'host';
  entry: boolean;
  inCycle: boolean;
}

export interface DrawnEdge {
  /** Names of nodes. */
  from: string;
  to: string;
  /** An SVG path, and which way its arrow points where it ends. */
  path: string;
  end: { x: number; y: number; points: 'right' | 'left' | 'down' };
  /** None of the calls between the two is more than a guess. */
  guessed: boolean;
  /** Part of a circle of calls. */
  inCycle: boolean;
  /** The names called, with ports, each once. */
  names: string[];
}

/** All in pixels, whole ones, from the top left. */
export interface GraphLayout {
  width: number;
  height: number;
  compact: boolean;
  headings: { text: string; x: number }[];
  /** Around the services outside the mesh; `undefined` where there are none. */
  band: Box | undefined;
  nodes: DrawnNode[];
  /** One for each pair of services, however many names the one calls the other by. */
  edges: DrawnEdge[];
}

/** Beyond this many nodes a node is one line, and the edges are drawn thin. */
export const COMPACT_BEYOND = 40;

const MARGIN = 24;
const HEADING_HEIGHT = 30;
const BAND_HEADING = 26;
const SIZES = {
  roomy: { nodeHeight: 42, gap: 18, columnGap: 64, passage: 6, labelPadding: 30 },
  compact: { nodeHeight: 22, gap: 6, columnGap: 64, passage: 2, labelPadding: 26 },
} as const;

/**
 * Where everything of the call graph stands. Pure, and the same for the same services and calls in whatever order; nodes never
 * overlap, and every call of the report has an edge between two of them. `hostWidth` is the width that the longest name of a host
 * outside takes.
 */
export function layout(
  services: readonly DrawnService[],
  calls: readonly ReportCall[],
  hostWidth: number,
): GraphLayout {
  const byName = new Map(services.toSorted((one, other) => byText(one.name, other.name)).map((one) => [one.name, one]));
  const hosts = [...new Set(calls.flatMap(({ from, to }) => [from, to]))]
    .filter((name) => !byName.has(name))
    .sort(byText);
  const meshed = [...byName.values()].filter((one) => one.meshed);
  const apart = [...byName.values()].filter((one) => !one.meshed);
  const compact = byName.size + hosts.length > COMPACT_BEYOND;
  const size = compact ? SIZES.compact : SIZES.roomy;

  const pairs = pairsOf(calls);
  const inLayers = new Set([...meshed.map(({ name }) => name), ...hosts]);
  const layered = pairs.filter(({ from, to }) => inLayers.has(from) && inLayers.has(to));
  const columns = columnsOf(meshed, hosts, layered);
  const columnOf = new Map(columns.flatMap(({ members }, index) => members.map((name) => [name, index] as const)));
  const { items, segments, routes } = passages(columns, layered, columnOf, size);
  const inOrder = ordered(items, segments);
  const middle = middles(inOrder, segments, size.gap);

  const widthOf = (names: readonly string[]) =>
    size.labelPadding + Math.ceil(Math.max(80, ...names.map((name) => byName.get(name)?.labelWidth ?? hostWidth)));
  const widths = columns.map(({ members }) => widthOf(members));
  const columnX = (column: number) => widths.slice(0, column).reduce((x, width) => x + width + size.columnGap, MARGIN);
  const top = MARGIN + HEADING_HEIGHT;
  const circle = new Map(
    cycles([...inLayers], layered).flatMap((members, index) => members.map((name) => [name, index] as const)),
  );
  const nodes: DrawnNode[] = inOrder.flatMap((column, index) =>
    column
      .filter(({ kind }) => kind === 'node')
      .map(({ key: name }) => ({
        name,
        kind: byName.has(name) ? ('meshed' as const) : ('host' as const),
        entry: byName.get(name)?.entry ?? false,
        inCycle: circle.has(name),
        x: columnX(index),
        y: top + (middle.get(name) ?? 0) - size.nodeHeight / 2,
        width: widths[index] ?? 0,
        height: size.nodeHeight,
      })),
  );
  const bottom = Math.max(
    MARGIN,
    ...nodes.map(({ y, height }) => y + height),
    ...inOrder.flat().map(({ key }) => top + (middle.get(key) ?? 0)),
  );
  const layersWidth = columns.length === 0 ? 0 : columnX(columns.length) - size.columnGap - MARGIN;
  const { band, members } = bandOf(apart, {
    top: bottom + (columns.length === 0 ? 0 : 28),
    layersWidth,
    nodeWidth: widthOf(apart.map(({ name }) => name)),
    size,
  });
  nodes.push(...members);

  const boxes = new Map(nodes.map((node) => [node.name, node]));
  const ports = portsOf(routes, boxes, middle, top);
  const edges = pairs.flatMap(({ from, to, guessed, names }): DrawnEdge[] => {
    const [source, target] = [boxes.get(from), boxes.get(to)];
    if (source === undefined || target === undefined) return [];
    const inCycle = from !== to && circle.has(from) && circle.get(from) === circle.get(to);
    const drawn = () => {
      if (target.kind === 'outsideMesh')
        return source.kind === 'outsideMesh' ? overBand(source, target) : intoBand(source, target);
      if (source.kind === 'outsideMesh') return outOfBand(source, target);
      const route = routes.get(pairKey(from, to));
      if (route === undefined) return bulge(source, target, size.columnGap);
      const turns = route.slice(1, -1).map(({ key, column }) => ({
        x: columnX(column),
        width: widths[column] ?? 0,
        y: top + (middle.get(key) ?? 0),
      }));
      const port = ports.get(pairKey(from, to)) ?? { out: 0, in: 0 };
      return corridor(source, target, port, turns);
    };
    return [{ from, to, ...drawn(), guessed, inCycle, names }];
  });

  const widest = Math.max(layersWidth, band === undefined ? 0 : band.width);
  // A circle in the last column bulges out of it.
  const bulging = edges.some(
    ({ from, to }) => columnOf.get(from) === columns.length - 1 && columnOf.get(to) === columns.length - 1,
  );
  return {
    width: widest + 2 * MARGIN + (bulging ? size.columnGap : 0),
    height: (band === undefined ? bottom : band.y + band.height) + MARGIN,
    compact,
    headings: columns.map(({ heading }, index) => ({ text: heading, x: columnX(index) })),
    band,
    nodes,
    edges,
  };
}

interface Pair {
  from: string;
  to: string;
  guessed: boolean;
  names: string[];
}

const pairKey = (from: string, to: string): string => JSON.stringify([from, to]);

function pairsOf(calls: readonly ReportCall[]): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const { from, to, name, port, certainty } of calls) {
    const key = pairKey(from, to);
    const pair = pairs.get(key) ?? { from, to, guessed: true, names: [] };
    const called = port === undefined ? name : `${name}:${port}`;
    pairs.set(key, {
      ...pair,
      guessed: pair.guessed && certainty === 'guess',
      names: pair.names.includes(called) ? pair.names : [...pair.names, called].sort(byText),
    });
  }
  return [...pairs.values()].toSorted((one, other) => byText(one.from, other.from) || byText(one.to, other.to));
}

type Routes = Map<string, { key: string; column: number }[]>;

/** The columns' items, those through which long calls pass included; and every call as the items that it goes through. */
function passages(
  columns: readonly { members: readonly string[] }[],
  pairs: readonly Pair[],
  columnOf: ReadonlyMap<string, number>,
  size: { nodeHeight: number; passage: number },
): { items: Item[][]; segments: Segment[]; routes: Routes } {
  const items = columns.map(({ members }) =>
    members.map((key): Item => ({ key, height: size.nodeHeight, kind: 'node' })),
  );
  const segments: Segment[] = [];
  const routes: Routes = new Map();
  for (const { from, to } of pairs) {
    const [start, end] = [columnOf.get(from) ?? 0, columnOf.get(to) ?? 0];
    if (start >= end) continue;
    const route = [{ key: from, column: start }];
    for (let column = start + 1; column < end; column++) {
      const key = `${pairKey(from, to)} in ${column}`;
      items[column]?.push({ key, height: size.passage, kind: 'passage' });
      route.push({ key, column });
    }
    route.push({ key: to, column: end });
    routes.set(pairKey(from, to), route);
    for (const [index, { key }] of route.entries()) {
      const next = route[index + 1];
      if (next !== undefined) segments.push({ from: key, to: next.key });
    }
  }
  return { items, segments, routes };
}

/** How far from the middle of its ends each call leaves and arrives, so that they do not all meet in one point. */
function portsOf(
  routes: Routes,
  boxes: ReadonlyMap<string, Box>,
  middle: ReadonlyMap<string, number>,
  top: number,
): Map<string, { out: number; in: number }> {
  const ports = new Map([...routes.keys()].map((key) => [key, { out: 0, in: 0 }]));
  const spread = (side: 'out' | 'in') => {
    const groups = new Map<string, { key: string; towards: number }[]>();
    for (const [key, route] of routes) {
      const own = side === 'out' ? route[0] : route.at(-1);
      const next = side === 'out' ? route[1] : route.at(-2);
      if (own === undefined || next === undefined) continue;
      groups.set(own.key, [...(groups.get(own.key) ?? []), { key, towards: top + (middle.get(next.key) ?? 0) }]);
    }
    for (const [name, group] of groups) {
      const room = (boxes.get(name)?.height ?? 0) * 0.6;
      const step = Math.min(9, room / Math.max(1, group.length - 1));
      for (const [index, { key }] of group.toSorted((one, other) => one.towards - other.towards).entries()) {
        const port = ports.get(key);
        if (port !== undefined) port[side] = Math.round((index - (group.length - 1) / 2) * step);
      }
    }
  };
  spread('out');
  spread('in');
  return ports;
}

function bandOf(
  services: readonly DrawnService[],
  room: { top: number; layersWidth: number; nodeWidth: number; size: { nodeHeight: number; gap: number } },
): { band: Box | undefined; members: DrawnNode[] } {
  if (services.length === 0) return { band: undefined, members: [] };
  const { top, nodeWidth, size } = room;
  const padding = 12;
  const across = nodeWidth + 16;
  const perRow = Math.max(2, Math.floor((room.layersWidth - 2 * padding + 16) / across));
  const rows = Math.ceil(services.length / perRow);
  const down = size.nodeHeight + size.gap;
  const members = services.map(
    ({ name, entry }, index): DrawnNode => ({
      name,
      kind: 'outsideMesh',
      entry,
      inCycle: false,
      x: MARGIN + padding + (index % perRow) * across,
      y: top + BAND_HEADING + Math.floor(index / perRow) * down,
      width: nodeWidth,
      height: size.nodeHeight,
    }),
  );
  const inner = Math.min(perRow, services.length) * across - 16;
  return {
    band: {
      x: MARGIN,
      y: top,
      width: Math.max(room.layersWidth, inner + 2 * padding),
      height: BAND_HEADING + rows * down - size.gap + padding,
    },
    members,
  };
}
