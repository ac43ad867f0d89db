import { html, type Markup } from './markup.ts';

export interface TableColumn<Row> {
  heading: string;
  /** Right-aligned, its digits one below the other. */
  numeric?: true;
  cell: (row: Row) => Markup | string | number | undefined;
}

/** Beyond this many rows a table scrolls in its own box, under its headings. */
const ROWS_MAX = 40;

/**
 * A table that becomes cards where the page is narrow: each cell carries its heading then, and the roles are written out, since
 * a table that is laid out as blocks is none for assistive technology. The first column names the row. Stands in a box of its own, which
 * scrolls where the table does not fit.
 */
export function dataTable<Row>(
  caption: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  attributes: (row: Row) => Markup = () => html``,
  look = '',
): Markup {
  const [first, ...others] = columns;
  if (first === undefined) return html``;
  return html`<div class="wide ${look}${rows.length > ROWS_MAX && ' tall'}" tabindex="0" role="region" aria-label="${caption}"><table role="table"><caption>${caption}</caption><colgroup>${columns.map(() => html`<col>`)}</colgroup><thead role="rowgroup"><tr role="row">${columns.map(
    ({ heading, numeric }) =>
      html`<th role="columnheader" scope="col"${numeric === true ? html` class="numeric"` : undefined}>${heading}</th>`,
  )}</tr></thead><tbody role="rowgroup">
${rows.map(
  (row) => html`<tr role="row"${attributes(row)}><th role="rowheader" scope="row">${first.cell(row)}</th>${others.map(
    ({ heading, numeric, cell }) =>
      html`<td role="cell" data-heading="${heading}"${numeric === true ? html` class="numeric"` : undefined}><div>${cell(row) ?? html`<span class="none">none</span>`}</div></td>`,
  )}</tr>
`,
)}</tbody></table></div>`;
}
