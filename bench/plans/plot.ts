import { type PlansMeasure, spreadOf } from './measure.ts';

const WIDTH = 380;
const HEIGHT = 260;
const LEFT = 56;
const TOP = 44;
const RIGHT = 16;
const BOTTOM = 40;

interface Series {
  name: string;
  colour: string;
  values: readonly number[];
}

/** Growth from a few plans to many, on logarithmic axes: a line that is level does not grow with plans, one at 45° grows as they do. */
export function plot(measures: readonly PlansMeasure[], before: readonly number[]): string {
  const plans = measures.map((one) => one.plans);
  const panels = [
    panel('AWS calls a second', plans, [
      { name: 'each plan by itself', colour: '#b3423a', values: before },
      { name: 'together', colour: '#2b6cb0', values: measures.map((one) => one.callsPerSecond) },
    ]),
    panel('megabytes', plans, [
      { name: 'resident, AWS included', colour: '#6b7280', values: measures.map((one) => one.rssMb) },
      { name: 'heap', colour: '#2b6cb0', values: measures.map((one) => one.heapMb) },
    ]),
    panel('seconds', plans, [
      { name: 'between looks of a plan', colour: '#2b6cb0', values: measures.map((one) => one.secondsBetweenLooks) },
      {
        name: 'abort to rule, median',
        colour: '#2f855a',
        values: measures.map((one) => spreadOf(one.abortMs).p50 / 1_000),
      },
    ]),
  ];
  const width = WIDTH * panels.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...panels.map((lines, index) => `<g transform="translate(${index * WIDTH} 0)">${lines}</g>`),
    '</svg>',
    '',
  ].join('\n');
}

function panel(title: string, plans: readonly number[], series: readonly Series[]): string {
  const all = series.flatMap(({ values }) => values).filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...all)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...all))));
  const [from, to] = [Math.log10(plans[0] ?? 1), Math.log10(plans.at(-1) ?? 10)];
  const x = (count: number): number =>
    LEFT + ((Math.log10(count) - from) / Math.max(to - from, 1e-9)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number =>
    HEIGHT - BOTTOM - ((Math.log10(value) - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const decades = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  return [
    text(LEFT, 16, title, 'start', '#111827'),
    ...decades.map(
      (value) =>
        `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(value))}" y2="${at(y(value))}" stroke="#e5e7eb"/>` +
        text(LEFT - 6, y(value) + 4, String(value), 'end', '#6b7280'),
    ),
    ...plans.map((count) => text(x(count), HEIGHT - BOTTOM + 16, String(count), 'middle', '#6b7280')),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, 'plans in a bake', 'middle', '#6b7280'),
    ...series.map(({ name, colour, values }, index) => {
      const points = values.map((value, place) => [x(plans[place] ?? 1), y(value)] as const);
      const line = points.map(([left, top]) => `${at(left)},${at(top)}`).join(' ');
      return [
        `<polyline points="${line}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...points.map(([left, top]) => `<circle cx="${at(left)}" cy="${at(top)}" r="3" fill="${colour}"/>`),
        text(LEFT + index * 160, 32, name, 'start', colour),
      ].join('');
    }),
  ].join('');
}

const at = (value: number): string => value.toFixed(1);

const text = (x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end', colour: string): string =>
  `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="${colour}">${words}</text>`;
