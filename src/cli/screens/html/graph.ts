import type { ReportService } from '../../../assess/report.ts';
import type { ReportIndex } from './index.ts';
import { COMPACT_BEYOND, type DrawnEdge, type DrawnNode, type GraphLayout, layout } from './layout/layout.ts';
import { html, type Markup, visible } from './markup.ts';
import { count } from './words.ts';

/** Of the monospaced fonts of every system the widest, at 12 and at 11 pixels. */
const NAME_CHARACTER_WIDTH = 7.3;
const DETAIL_CHARACTER_WIDTH = 6.7;
const CHARACTERS_MAX = 30;
const HOST_DETAIL = 'not in this cluster';

type Side = 'blue' | 'green';

/** The graph of one side; both have the same layout, so that the eye can compare them. */
export function drawnGraph(index: ReportIndex, side: Side, drawing: GraphLayout): Markup {
  const { width, height, nodes, edges, headings, band, compact } = drawing;
  const ids = new Map(nodes.map(({ name }, at) => [name, index.idOf(name) ?? `h${at}`]));
  const word = side === 'blue' ? 'Blue' : 'Green';
  const spoken = `${word}: ${count(nodes.length, 'node')}, ${count(edges.length, 'call')}. The same as a table below.`;
  return html`<svg class="drawing ${side}${compact ? ' compact' : ''}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-label="${spoken}">
${headings.map(({ text, x }) => html`<text class="heading" x="${x}" y="26">${text}</text>`)}
${
  band === undefined
    ? undefined
    : html`<rect class="band" x="${band.x}" y="${band.y}" width="${band.width}" height="${band.height}" rx="4"/><text class="heading" x="${band.x + 12}" y="${band.y + 17}">${side === 'blue' ? 'outside the mesh' : 'outside the mesh: stay as they are'}</text>`
}
<g class="edges">${edges.map((edge) => drawnEdge(edge, ids))}</g>
${nodes.map((node) => drawnNode(node, ids, index, side, compact))}
</svg>`;
}

/** The layout of both sides: a node is as wide as the longer of its two labels. */
export function graphLayout({ report }: ReportIndex): GraphLayout {
  const hosts = [...new Set(report.calls.map(({ to }) => to))].filter(
    (name) => !report.services.some((service) => service.name === name),
  );
  const compact = report.services.length + hosts.length > COMPACT_BEYOND;
  const hostWidth = Math.max(
    compact ? 0 : widthOf(HOST_DETAIL, DETAIL_CHARACTER_WIDTH),
    ...hosts.map((name) => widthOf(shortened(name), NAME_CHARACTER_WIDTH)),
  );
  return layout(
    report.services.map((service) => ({
      name: service.name,
      meshed: service.virtualNode !== undefined,
      entry: service.entries.length > 0,
      labelWidth: Math.max(
        ...(['blue', 'green'] as const).flatMap((side) => [
          widthOf(shortened(nameOn(side, service)), NAME_CHARACTER_WIDTH),
          compact ? 0 : widthOf(shortened(detailOn(side, service)), DETAIL_CHARACTER_WIDTH),
        ]),
      ),
    })),
    report.calls,
    hostWidth,
  );
}

const nameOn = (side: Side, { name, green }: ReportService): string => (side === 'blue' ? name : (green?.name ?? name));

function detailOn(side: Side, { virtualNode, green, role }: ReportService): string {
  if (virtualNode === undefined) return 'no virtual node';
  if (side === 'blue') return `${virtualNode.name}${virtualNode.certainty === 'guess' ? ' (guess)' : ''}`;
  if (green === undefined) return 'cannot move';
  const [first, ...others] = green.aliases;
  if (first === undefined) return role === 'client' ? 'client only' : 'no name of its own';
  return `${first.dnsName}:${first.port}${others.length === 0 ? '' : ` +${others.length}`}`;
}

function drawnEdge(
  { from, to, path, end, guessed, inCycle, names }: DrawnEdge,
  ids: ReadonlyMap<string, string>,
): Markup {
  const { x, y } = end;
  const head = {
    right: `M${x} ${y}l-8 -4v8z`,
    left: `M${x} ${y}l8 -4v8z`,
    down: `M${x} ${y}l-4 -8h8z`,
  }[end.points];
  const title = `${from} calls ${to} as ${names.join(', ')}${guessed ? ' (guess)' : ''}${inCycle ? ' (part of a circle)' : ''}`;
  return html`<g class="edge${guessed ? ' guessed' : ''}${inCycle ? ' circle' : ''}" data-from="${ids.get(from)}" data-to="${ids.get(to)}"><title>${title}</title><path class="line" d="${path}"/><path class="head" d="${head}"/></g>`;
}

function drawnNode(
  node: DrawnNode,
  ids: ReadonlyMap<string, string>,
  index: ReportIndex,
  side: Side,
  compact: boolean,
): Markup {
  const { name, kind, entry, inCycle, x, y, width, height } = node;
  const id = ids.get(name);
  const service = index.service(name);
  const stays = side === 'green' && kind === 'meshed' && service?.green === undefined;
  const shape = kind === 'host' ? 'host' : kind === 'outsideMesh' ? 'apart' : stays ? 'stays' : side;
  const label = service === undefined ? name : nameOn(side, service);
  const detail = service === undefined ? HOST_DETAIL : detailOn(side, service);
  const wave = index.waveOf(name);
  const title = [
    `${visible(label)}: ${detail}`,
    ...(entry ? ['a load balancer leads to it'] : []),
    ...(wave === undefined ? [] : [`wave ${wave}`]),
    ...(inCycle ? ['in a circle of calls'] : []),
  ].join('; ');
  const middle = y + height / 2;
  const textX = x + 15;
  const content = html`<title>${title}</title>${outline(shape, node)}
${entry ? html`<path class="entry" d="M${x - 14} ${middle}h6m-1 -4.5l6 4.5l-6 4.5z"/>` : undefined}
${inCycle ? html`<path class="mark" d="M${x + width - 9} ${y + 8}a4 4 0 1 1 -1.6 -3.2m.6 -2.2v2.7h-2.7"/>` : undefined}
<text class="name" x="${textX}" y="${compact ? middle + 4 : y + 18}">${shortened(label)}</text>
${compact ? undefined : html`<text class="detail" x="${textX}" y="${y + 33}">${shortened(detail)}</text>`}`;
  return service === undefined
    ? html`<g class="node ${shape}" data-node="${id}">${content}</g>`
    : html`<a class="node ${shape}" href="#${id}" data-node="${id}" data-service="${id}">${content}</a>`;
}

/** Blue: square, with its Envoy at the left edge. Green: round. What stays, and hosts: neither. */
function outline(shape: Side | 'host' | 'apart' | 'stays', { x, y, width, height }: DrawnNode): Markup {
  switch (shape) {
    case 'blue':
      return html`<rect class="body" x="${x}" y="${y}" width="${width}" height="${height}" rx="2"/><rect class="envoy" x="${x}" y="${y}" width="7" height="${height}"/>`;
    case 'green':
      return html`<rect class="body" x="${x}" y="${y}" width="${width}" height="${height}" rx="${Math.min(13, height / 2)}"/>`;
    case 'host':
      return html`<path class="body" d="M${x + 7} ${y}h${width - 7}v${height}h${7 - width}l-7 ${-height / 2}z"/>`;
    case 'apart':
    case 'stays':
      return html`<rect class="body" x="${x}" y="${y}" width="${width}" height="${height}" rx="2"/>`;
  }
}

/** Cut in the middle, since names differ at their ends; whole in the title and in every table. */
export function shortened(text: string): string {
  const characters = Array.from(visible(text));
  if (characters.length <= CHARACTERS_MAX) return characters.join('');
  const head = Math.ceil((CHARACTERS_MAX - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(1 - CHARACTERS_MAX + head).join('')}`;
}

/** Wide characters and pictures take two places. */
function widthOf(text: string, characterWidth: number): number {
  const wide = Array.from(text).filter((character) => (character.codePointAt(0) ?? 0) >= 0x1100).length;
  return Math.ceil((Array.from(text).length + wide) * characterWidth);
}
