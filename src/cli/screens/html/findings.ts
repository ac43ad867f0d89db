import { CATALOGUE, type CatalogueEntry } from '../../../assess/catalogue.ts';
import type { Finding, Severity } from '../../../assess/model.ts';
import { unique } from '../../../estate/order.ts';
import type { ReportIndex } from './index.ts';
import { html, type Markup } from './markup.ts';
import { SEVERITIES, SEVERITY_SIGNS, sign } from './signs.ts';
import { count } from './words.ts';

/** Beyond this many the places of one text are folded. */
const PLACES_OPEN_MAX = 12;

const WHAT_TO_DO: Readonly<Record<Severity, string>> = {
  blocker: 'Stands in the way: what it names cannot move as it is, unless a choice in the plan opens a way.',
  'needs-decision': 'A choice under decisions in the plan, by code and place, or the work that it names.',
  degraded: 'Something is lost: to be read, and agreed to under accept.',
  info: 'To know. Nothing to do.',
};

/** Severity by severity, code by code, with every place. */
export function findingsList(index: ReportIndex): Markup {
  const { findings } = index.report;
  if (findings.length === 0) return html`<p>Everything translates exactly.</p>`;
  return html`${filterForm(index)}
${SEVERITIES.map((severity) => {
  const own = findings.filter((finding) => finding.severity === severity);
  if (own.length === 0) return undefined;
  const codes = unique(own, ({ code }) => code).map(({ code }) => code);
  return html`<section class="severity" data-severity="${severity}" aria-labelledby="severity-${severity}">
<h3 id="severity-${severity}">${sign(SEVERITY_SIGNS[severity])} <span class="count">${count(own.length, 'finding')}</span></h3>
<p class="hint">${WHAT_TO_DO[severity]}</p>
${codes.map((code) =>
  codeGroup(
    index,
    severity,
    own.filter((finding) => finding.code === code),
  ),
)}
</section>`;
})}
<p class="empty" id="no-findings" hidden>No finding matches the filter.</p>`;
}

function codeGroup(index: ReportIndex, severity: Severity, findings: readonly Finding[]): Markup {
  const code = findings[0]?.code ?? '';
  const told = findings.map((finding) => ({ ...finding, ...general(finding) }));
  return html`<article class="code" data-code="${code}" data-severity="${severity}">
<h4><code>${code}</code> <span class="count">${count(findings.length, 'place')}</span></h4>
${unique(told, ({ message, instead }) => JSON.stringify([message, instead])).map(({ message, instead }) => {
  const places = told.filter((one) => one.message === message && one.instead === instead);
  return html`<div class="text"><p class="message">${message}</p>${
    instead !== '-' && instead !== '' && html`<p class="instead"><b>Instead</b> ${instead}</p>`
  }${placesOf(index, places)}</div>`;
})}${choicesIn(findings)}
</article>
`;
}

/** What a plan may choose is the same for every place of a code. */
const choicesIn = ([first]: readonly Finding[]): Markup | undefined =>
  first?.choices === undefined ? undefined : html`<p class="instead"><b>Choices in a plan</b> ${first.choices}</p>`;

/** A finding's message begins with what its code always says; what follows is about the place alone. */
function general({ code, message }: Finding): { message: string; detail: string } {
  const say = (CATALOGUE as Readonly<Record<string, CatalogueEntry>>)[code]?.say ?? '';
  return say !== '' && message.startsWith(say)
    ? { message: say, detail: message.slice(say.length).trim() }
    : { message, detail: '' };
}

function placesOf(index: ReportIndex, findings: readonly (Finding & { detail: string })[]): Markup {
  const list = html`<ul class="places">${findings.map(
    (finding) =>
      html`<li data-place data-services="${index
        .servicesOf(finding)
        .flatMap((name) => index.idOf(name) ?? [])
        .join(
          ' ',
        )}"${finding.detail !== '' && html` class="told"`}><code>${finding.place}</code>${finding.detail !== '' && html` <span>${finding.detail}</span>`}</li>`,
  )}</ul>`;
  return findings.length <= PLACES_OPEN_MAX
    ? list
    : html`<details><summary>${count(findings.length, 'place')}</summary>${list}</details>`;
}

/** Hidden where no script runs: it would do nothing. */
function filterForm(index: ReportIndex): Markup {
  const { findings, services } = index.report;
  const codes = unique(findings, ({ code }) => code)
    .map(({ code }) => code)
    .sort();
  return html`<form id="filter" class="filter" role="search" aria-label="Filter findings" hidden>
<fieldset><legend>Severity</legend>${SEVERITIES.map((severity) => {
    const amount = findings.filter((finding) => finding.severity === severity).length;
    return html`<label><input type="checkbox" name="severity" value="${severity}" checked${amount === 0 && html` disabled`}>${sign(SEVERITY_SIGNS[severity])} <span class="count">${amount}</span></label>`;
  })}</fieldset>
<label>Code <select name="code"><option value="">all</option>${codes.map((code) => html`<option>${code}</option>`)}</select></label>
<label>Service <select name="service"><option value="">all</option>${services.map(
    ({ name }) => html`<option value="${index.idOf(name)}">${name}</option>`,
  )}</select></label>
<label class="search">Text <input type="search" name="text" autocomplete="off" spellcheck="false"></label>
<button type="reset">Show all</button>
<output id="filter-count" aria-live="polite"></output>
</form>`;
}
