import { NAMES_MAX } from '../../../assess/inShort.ts';
import { isKubernetesOnly } from '../../../assess/report/kubernetesOnly.ts';
import { plansByService } from '../../../assess/report/proposals.ts';
import type { ReportIndex } from './index.ts';
import { html, type Markup } from './markup.ts';
import { icon, sign } from './signs.ts';
import { serviceLink, serviceLinks } from './services.ts';
import { count } from './words.ts';

/** In the order in which green is deployed. */
export function wavesList(index: ReportIndex): Markup {
  const { waves, cycles } = index.report;
  if (waves.length === 0) return html`<p>No service is known to be meshed.</p>`;
  return html`<ol class="waves">${waves.map(
    (wave, at) =>
      html`<li><h3>Wave ${at + 1} <span class="count">${count(wave.length, 'service')}</span></h3>${serviceLinks(index, wave)}</li>`,
  )}</ol>
${
  cycles.length > 0 &&
  html`<h3>${icon('circle')} Circles of calls</h3><p>A Service Connect client knows only the endpoints that existed when its deployment was made. Moving a circle is not built yet: a plan that holds one is refused.</p>
<ul class="cycles">${cycles.map((members) => html`<li>${serviceLinks(index, members)}</li>`)}</ul>`
}`;
}

const codes = (names: readonly string[]): Markup[] => [
  ...names.slice(0, NAMES_MAX).map((name, at) => html`${at === 0 ? '' : ', '}<code>${name}</code>`),
  ...(names.length > NAMES_MAX ? [html` and ${names.length - NAMES_MAX} more`] : []),
];

/** What can move on its own, in the order in which it should. */
export function proposalsList(index: ReportIndex): Markup {
  const { proposals } = index.report;
  if (isKubernetesOnly(index.report))
    return html`<p>None: nothing in the mesh is an ECS service, and a plan moves no other.</p>`;
  if (proposals.length === 0)
    return html`<p>None: no listener or rule of a load balancer leads to a meshed service.</p>`;
  const users = plansByService(proposals);
  return html`<ol class="proposals">${proposals.map(
    ({
      name,
      entries,
      services,
      shared,
      together = [],
      missing,
    }) => html`<li><article><h3><code>${name}</code> <span class="count">${count(services.length, 'service')}</span></h3>
<dl class="facts">
<div><dt>Entries</dt><dd>${serviceLinks(index, entries)}</dd></div>
<div><dt>Moves</dt><dd>${serviceLinks(index, services)}</dd></div>
${
  shared.length > 0 &&
  html`<div><dt>Shared</dt><dd><ul class="plain">${shared
    .slice(0, NAMES_MAX)
    .map(
      (service) =>
        html`<li>${serviceLink(index, service)} with ${codes((users.get(service) ?? []).filter((other) => other !== name))}</li>`,
    )}${shared.length > NAMES_MAX && html`<li>and ${shared.length - NAMES_MAX} more</li>`}</ul></dd></div>`
}
${
  together.length > 0 &&
  html`<div><dt>Only together with</dt><dd>${codes(together)}: a plan that leaves behind a caller of what it moves is refused</dd></div>`
}
${
  missing.length > 0 &&
  html`<div><dt>${sign({ shape: 'cross', word: 'Missing', tone: 'bad' })}</dt><dd><ul class="plain">${missing.map(
    (called) => html`<li><code>${called}</code> is called, and no service of the cluster answers to it</li>`,
  )}</ul></dd></div>`
}
</dl></article></li>`,
  )}</ol>`;
}
