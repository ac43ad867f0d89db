import { createHash } from 'node:crypto';
import type { EstateReport } from '../../../assess/report.ts';
import { findingsList } from './findings.ts';
import { graphLayout } from './graph.ts';
import { graphSection } from './graphSection.ts';
import { headline, nextSteps } from './headline.ts';
import { indexed } from './index.ts';
import { html, type Markup, trusted } from './markup.ts';
import { proposalsList, wavesList } from './plans.ts';
import { capacityTable, costTable } from './resources.ts';
import { SCRIPT } from './script.ts';
import { servicesTable } from './services.ts';
import { VERDICT_SIGNS } from './signs.ts';
import { gapsList, sourcesList } from './sources.ts';
import { drawingStyle, STYLE } from './style.ts';

interface Section {
  id: string;
  title: string;
  lead: string;
  body: Markup;
}

/**
 * The report as one file of HTML that asks nobody for anything: style and script are inside, and its own policy allows just these
 * two. Readable without the script, which adds filters. The same report gives the same page, byte by byte.
 */
export function renderHtml(report: EstateReport): string {
  const index = indexed(report);
  const drawing = graphLayout(index);
  const style = STYLE + drawingStyle(drawing.width);
  const sections: Section[] = [
    { id: 'next', title: 'What to do next', lead: '', body: nextSteps(report) },
    {
      id: 'graph',
      title: 'Call graph',
      lead: 'Who calls whom. Servers stand at the right and are deployed first. Both sides run at once until blue is retired.',
      body: graphSection(index, drawing),
    },
    { id: 'findings', title: 'Findings', lead: 'What translates inexactly, worst first.', body: findingsList(index) },
    {
      id: 'proposals',
      title: 'Proposed plans',
      lead: 'Entries with everything they call, directly or not: what can move on its own, in the order in which it should.',
      body: proposalsList(index),
    },
    {
      id: 'waves',
      title: 'Waves',
      lead: 'Services of one wave are deployed together, servers first.',
      body: wavesList(index),
    },
    {
      id: 'services',
      title: 'Services',
      lead: '',
      body: report.services.length === 0 ? html`<p>The cluster has none.</p>` : servicesTable(index),
    },
    { id: 'capacity', title: 'Capacity', lead: '', body: capacityTable(report) },
    { id: 'cost', title: 'Cost of both sides', lead: '', body: costTable(index) },
    { id: 'gaps', title: 'Gaps', lead: 'What this report does not know.', body: gapsList(report) },
    { id: 'sources', title: 'Sources', lead: '', body: sourcesList(report) },
  ];
  const { cluster, mesh, caller, takenAt, verdict } = report;
  return `${
    html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(SCRIPT)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${VERDICT_SIGNS[verdict].word}: ${cluster.name || mesh.name}, Meshlift assessment</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<p class="product">Meshlift assessment: from App Mesh to Service Connect</p>
<h1>${cluster.name === '' ? html`Mesh <span class="name">${mesh.name}</span>` : html`Cluster <span class="name">${cluster.name}</span>${mesh.name !== '' && html`, mesh <span class="name">${mesh.name}</span>`}`}</h1>
<p class="when">${caller.account === '' ? 'Account not told by the sources' : `Account ${caller.account}, ${caller.region}`}${takenAt !== '' && html`, as of <time datetime="${takenAt}">${takenAt}</time>`}</p>
</header>
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main id="main" tabindex="-1">
<section aria-label="Verdict">${headline(report)}</section>
${sections.map(
  ({ id, title, lead, body }) =>
    html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${lead !== '' && html`<p class="lead">${lead}</p>`}${body}</section>
`,
)}</main>
<footer>Written by <code>meshlift assess -o html</code>. Nothing was changed to make this report, and opening it asks nobody for anything.</footer>
<script>${trusted(SCRIPT)}</script>
</body>
</html>`.text
  }\n`;
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
