import type { CapacityRow, CostRow, EstateReport } from '../../../assess/report.ts';
import { unique } from '../../../estate/order.ts';
import type { ReportIndex } from './index.ts';
import { html, type Markup } from './markup.ts';
import { CAPACITY_SIGNS, sign } from './signs.ts';
import { serviceLink } from './services.ts';
import { dataTable } from './table.ts';
import { number } from './words.ts';

/** Need and have, for running both sides at once. */
export function capacityTable({ capacity }: EstateReport): Markup {
  if (capacity.length === 0) return html`<p>Nothing was reckoned.</p>`;
  return dataTable<CapacityRow>(
    'What both sides need together, and what there is',
    [
      { heading: 'What', cell: ({ what }) => what },
      {
        heading: 'Need',
        numeric: true,
        cell: ({ need, unit }) => html`${number(need)} <small class="unit">${unit}</small>`,
      },
      {
        heading: 'Have',
        numeric: true,
        cell: ({ have, unit }) =>
          have === undefined
            ? html`<span class="none">unknown</span>`
            : html`${number(have)} <small class="unit">${unit}</small>`,
      },
      { heading: 'Verdict', cell: ({ verdict }) => sign(CAPACITY_SIGNS[verdict]) },
      { heading: 'Source', cell: ({ source }) => source },
    ],
    capacity,
  );
}

/** One line a service, both sides in it, and the sum of each side at the end. */
export function costTable(index: ReportIndex): Markup {
  const { cost } = index.report;
  if (cost.length === 0) return html`<p>Nothing was reckoned.</p>`;
  const priced = cost.some(({ pricePerHour }) => pricePerHour !== undefined);
  const services = unique(cost, ({ service }) => service).map(({ service }) => service);
  const rows = [
    ...services.map((service) => ({
      label: serviceLink(index, service),
      own: cost.filter((row) => row.service === service),
      total: false,
    })),
    { label: html`Together`, own: cost, total: true },
  ];
  const both = (heading: string, value: (row: CostRow) => number) =>
    (['blue', 'green'] as const).map((side) => ({
      heading: `${heading}, ${side}`,
      numeric: true as const,
      cell: ({ own }: (typeof rows)[number]) => sumOf(own, side, value),
    }));
  return html`${dataTable<(typeof rows)[number]>(
    'For every hour in which both sides run',
    [
      { heading: 'Service', cell: ({ label }) => label },
      ...both('Tasks', ({ tasks }) => tasks),
      ...both('vCPU-hours', ({ vcpuHoursPerHour }) => vcpuHoursPerHour),
      ...both('GB-hours', ({ gigabyteHoursPerHour }) => gigabyteHoursPerHour),
      ...(priced
        ? (['blue', 'green'] as const).map((side) => ({
            heading: `Price, ${side}`,
            numeric: true as const,
            cell: ({ own }: (typeof rows)[number]) => price(own.filter((row) => row.side === side)),
          }))
        : []),
    ],
    rows,
    ({ total }) => html`${total && html` class="total"`}`,
  )}${!priced && html`<p class="hint">In money with <code>--prices</code>, a file of your own prices.</p>`}`;
}

function price(rows: readonly CostRow[]): Markup {
  const known = rows.flatMap(({ pricePerHour }) => pricePerHour ?? []);
  const currencies = [...new Set(known.map(({ currency }) => currency))];
  if (known.length < rows.length || currencies.length !== 1) return html`<span class="none">unknown</span>`;
  return html`${number(known.reduce((sum, { amount }) => sum + amount, 0))} <small class="unit">${currencies[0]}</small>`;
}

const sumOf = (own: readonly CostRow[], side: CostRow['side'], value: (row: CostRow) => number): string =>
  number(own.filter((row) => row.side === side).reduce((sum, row) => sum + value(row), 0));
