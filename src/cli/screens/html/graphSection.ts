import type { ReportCall } from '../../../assess/report.ts';
import { drawnGraph } from './graph.ts';
import type { ReportIndex } from './index.ts';
import type { GraphLayout } from './layout/layout.ts';
import { html, type Markup, trusted } from './markup.ts';
import { serviceLink } from './services.ts';
import { CERTAINTY_SIGNS, sign } from './signs.ts';
import { dataTable } from './table.ts';
import { count } from './words.ts';

/** Blue and green beside each other, what their signs mean, and the same calls as a table. */
export function graphSection(index: ReportIndex, drawing: GraphLayout): Markup {
  const { calls, services } = index.report;
  return html`<div class="graph-size"><fieldset><legend>Size</legend>
<label><input type="radio" name="size" id="size-normal" checked> normal</label>
<label><input type="radio" name="size" id="size-whole"> all in view</label>
<label><input type="radio" name="size" id="size-large"> large</label></fieldset>
<label data-scripted hidden>Find <select id="find-service"><option value="">no service</option>${services.map(
    ({ name }) => html`<option value="${index.idOf(name)}">${name}</option>`,
  )}</select></label></div>
<p class="selection" id="selection" role="status" hidden><span>Chosen: <b class="name" id="selection-name"></b></span><a id="selection-row" href="#services">its row</a><a id="selection-findings" href="#findings">its findings</a><button type="button" id="selection-clear">Clear</button></p>
<div class="graphs">
<figure><figcaption class="blue"><b>Blue</b> Envoy and App Mesh: what runs</figcaption><div class="viewport" tabindex="0" role="region" aria-label="Call graph, blue">${drawnGraph(index, 'blue', drawing)}</div></figure>
<figure><figcaption class="green"><b>Green</b> Service Connect: what would be built</figcaption><div class="viewport" tabindex="0" role="region" aria-label="Call graph, green">${drawnGraph(index, 'green', drawing)}</div></figure>
</div>
${legend(index, drawing)}
${
  calls.length > 0 &&
  html`<details><summary>${count(calls.length, 'call')} as a table</summary>${callsTable(index)}</details>`
}`;
}

const sample = (drawing: string): Markup =>
  trusted(`<svg width="34" height="14" viewBox="0 0 34 14" aria-hidden="true">${drawing}</svg>`);

/** Only of what is in the drawing. */
function legend(index: ReportIndex, { nodes, edges }: GraphLayout): Markup {
  const stays = index.report.services.some(
    ({ virtualNode, green }) => virtualNode !== undefined && green === undefined,
  );
  const entries: [boolean, string, string][] = [
    [
      nodes.some(({ kind }) => kind === 'meshed'),
      '<g class="node blue"><rect class="body" x="1" y="1" width="32" height="12" rx="1"/><rect class="envoy" x="1" y="1" width="6" height="12"/></g>',
      'square, with a bar: behind Envoy',
    ],
    [
      index.report.services.some(({ green }) => green !== undefined),
      '<g class="node green"><rect class="body" x="1" y="1" width="32" height="12" rx="6"/></g>',
      'round: in Service Connect',
    ],
    [
      stays,
      '<g class="node stays"><rect class="body" x="1" y="1" width="32" height="12"/></g>',
      'broken outline: cannot move',
    ],
    [
      nodes.some(({ entry }) => entry),
      '<g class="node"><path class="entry" d="M8 7h10m-1 -5l7 5l-7 5z"/></g>',
      'a load balancer leads to it',
    ],
    [
      edges.some(({ guessed }) => !guessed),
      '<g class="edge"><path class="line" d="M1 7h24"/><path class="head" d="M33 7l-8 -4v8z"/></g>',
      'calls',
    ],
    [
      edges.some(({ guessed }) => guessed),
      '<g class="edge guessed"><path class="line" d="M1 7h24"/><path class="head" d="M33 7l-8 -4v8z"/></g>',
      'dashed: a guess, to be confirmed',
    ],
    [
      edges.some(({ inCycle }) => inCycle),
      '<g class="edge circle"><path class="line" d="M1 7h24"/><path class="head" d="M33 7l-8 -4v8z"/></g>',
      'thick: part of a circle',
    ],
    [
      nodes.some(({ kind }) => kind === 'host'),
      '<g class="node host"><path class="body" d="M7 1h26v12h-26l-6 -6z"/></g>',
      'pointed: a host outside',
    ],
    [
      nodes.some(({ kind }) => kind === 'outsideMesh'),
      '<rect class="band" x="1" y="1" width="32" height="12" rx="2"/>',
      'dotted frame: outside the mesh',
    ],
  ];
  return html`<ul class="legend" aria-label="Legend">${entries.map(
    ([shown, drawing, words]) => shown && html`<li>${sample(drawing)}${words}</li>`,
  )}</ul>`;
}

const callsTable = (index: ReportIndex): Markup =>
  dataTable<ReportCall>(
    'Every call, by caller',
    [
      { heading: 'From', cell: ({ from }) => serviceLink(index, from) },
      {
        heading: 'To',
        cell: ({ to, leadsOutside }) => html`${serviceLink(index, to)}${leadsOutside && html`<small>outside</small>`}`,
      },
      { heading: 'As', cell: ({ name, port }) => html`<code>${name}${port === undefined ? '' : `:${port}`}</code>` },
      { heading: 'Certainty', cell: ({ certainty }) => sign(CERTAINTY_SIGNS[certainty]) },
    ],
    index.report.calls,
  );
