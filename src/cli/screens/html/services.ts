import type { ReportService } from '../../../assess/report.ts';
import type { KubernetesMember } from '../../../estate/export.ts';
import type { ReportIndex } from './index.ts';
import { html, type Markup } from './markup.ts';
import { CERTAINTY_SIGNS, icon, ROLE_WORDS, SEVERITIES, SEVERITY_SIGNS, sign } from './signs.ts';
import { dataTable } from './table.ts';
import { listed } from './words.ts';

/** A service's name, leading to its row. A host outside, or a name that nothing answers to, leads nowhere. */
export function serviceLink(index: ReportIndex, name: string): Markup {
  const id = index.idOf(name);
  return id === undefined
    ? html`<code class="name">${name}</code>`
    : html`<a class="name" href="#${id}" data-service="${id}">${name}</a>`;
}

export const serviceLinks = (index: ReportIndex, names: readonly string[]): Markup =>
  html`<ul class="chips">${names.map((name) => html`<li>${serviceLink(index, name)}</li>`)}</ul>`;

export function servicesTable(index: ReportIndex): Markup {
  const { report } = index;
  const oneSource = new Set(report.services.map(({ readFrom }) => readFrom)).size < 2;
  return dataTable<ReportService>(
    report.services.some(({ kubernetes }) => kubernetes !== undefined)
      ? 'Every ECS service of the cluster, and what runs in Kubernetes as a node or a gateway of the mesh, by name'
      : 'Every ECS service of the cluster, by name',
    [
      {
        heading: 'Service',
        cell: ({ name, managedBy, readFrom }) => html`<span class="name">${name}</span>
${
  managedBy !== undefined &&
  html`<small>${managedBy.tool === 'terraform' ? 'Terraform' : 'CloudFormation'} <code>${managedBy.address}</code></small>`
}${!oneSource && html`<small>from ${readFrom}</small>`}`,
      },
      { heading: 'Blue', cell: blue },
      { heading: 'Role', cell: (service) => role(index, service) },
      {
        heading: 'Tasks',
        numeric: true,
        cell: ({ desiredCount, launchType, kubernetes }) =>
          kubernetes === undefined
            ? html`${desiredCount ?? html`<span class="none">unknown</span>`}<small>${launchType}</small>`
            : inKubernetes(kubernetes),
      },
      { heading: 'Green', cell: green },
      {
        heading: 'Cutover',
        cell: ({ cutover, virtualNode, kubernetes }) =>
          virtualNode === undefined || kubernetes !== undefined
            ? html`<span class="none">${kubernetes === undefined ? 'stays' : 'none: Meshlift moves ECS services only'}</span>`
            : html`<strong>${cutover.proposed}</strong><small>${cutover.why}</small>`,
      },
      { heading: 'Findings', cell: ({ name }) => findingCounts(index, name) },
    ],
    report.services,
    ({ name }) => html` id="${index.idOf(name)}" data-row="${index.idOf(name)}" tabindex="-1"`,
    'services',
  );
}

const blue = ({ virtualNode }: ReportService): Markup =>
  virtualNode === undefined
    ? html`<span class="none">outside the mesh</span>`
    : html`<span class="name">${virtualNode.name}</span><small>${sign(CERTAINTY_SIGNS[virtualNode.certainty])}</small>`;

const inKubernetes = ({ address, pods, workloads }: KubernetesMember): Markup =>
  html`Kubernetes<small><code>${address}</code></small><small>${pods === undefined ? 'selects no pods' : html`pods with <code>${pods}</code>`}</small>${workloads.map(
    ({ kind, namespace, name, services }) =>
      html`<small>${kind} <code>${namespace}/${name}</code>${services.length > 0 && `, Service ${services.join(', ')}`}</small>`,
  )}`;

function role(index: ReportIndex, { name, role, entries }: ReportService): Markup {
  const wave = index.waveOf(name);
  return html`${ROLE_WORDS[role]}<small>${wave === undefined ? 'in no wave' : `wave ${wave}`}</small>${entries.map(
    ({ arn, kind, when }) =>
      html`<small class="entry-line">${icon('arrow')}<span title="${arn}">entry by ${kind === 'listener' ? 'a listener' : 'a rule'}${when === '' ? '' : `: ${when}`}</span></small>`,
  )}`;
}

function green({ green, virtualNode }: ReportService): Markup {
  if (virtualNode === undefined) return html`<span class="none">none: not in the mesh</span>`;
  if (green === undefined) return html`<strong>${icon('cross')} cannot move</strong>`;
  const { name, aliases, containersDropped } = green;
  return html`<span class="name">${name}</span>${aliases.map(
    ({ dnsName, port }) => html`<small><code>${dnsName}:${port}</code></small>`,
  )}${aliases.length === 0 && html`<small>answers to no name</small>`}${
    containersDropped.length > 0 &&
    html`<small>without ${containersDropped.map((one) => html`<code>${one}</code> `)}</small>`
  }`;
}

function findingCounts(index: ReportIndex, service: string): Markup {
  const own = index.report.findings.filter((finding) => index.servicesOf(finding).includes(service));
  if (own.length === 0) return html`<span class="none">none</span>`;
  const amounts = SEVERITIES.map((severity) => ({
    ...SEVERITY_SIGNS[severity],
    amount: own.filter((finding) => finding.severity === severity).length,
  })).filter(({ amount }) => amount > 0);
  const spoken = listed(amounts.map(({ amount, word }) => `${amount} ${word}`));
  return html`<a class="counts" href="#findings" data-findings-of="${index.idOf(service)}" aria-label="${spoken}: findings of ${service}">${amounts.map(
    ({ shape, tone, word, amount }) =>
      html`<span class="sign ${tone}" title="${word}">${icon(shape)}<span>${amount}</span></span>`,
  )}</a>`;
}
