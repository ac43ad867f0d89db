import { withoutChoice } from '../../../assess/report/withoutChoice.ts';
import { isKubernetesOnly } from '../../../assess/report/kubernetesOnly.ts';
import type { EstateReport } from '../../../assess/report.ts';
import type { Severity } from '../../../assess/model.ts';
import { html, type Markup } from './markup.ts';
import { SEVERITIES, SEVERITY_SIGNS, sign, VERDICT_SIGNS } from './signs.ts';
import { count, listed, number } from './words.ts';

const amountOf = ({ findings }: EstateReport, severity: Severity): number =>
  findings.filter((finding) => finding.severity === severity).length;

/** The verdict in one sentence, and the numbers that it rests on. */
export function headline(report: EstateReport): Markup {
  const { verdict, services, calls, waves, cycles, capacity } = report;
  const ofEcs = services.filter(({ kubernetes }) => kubernetes === undefined);
  const meshed = ofEcs.filter(({ virtualNode }) => virtualNode !== undefined).length;
  const others = `${count(ofEcs.length - meshed, 'other')} in the cluster`;
  const inKubernetes = services.length - ofEcs.length;
  const guessed = calls.filter(({ certainty }) => certainty === 'guess').length;
  const short = capacity.filter((row) => row.verdict === 'short').length;
  const stays = services.filter(({ virtualNode, green }) => virtualNode !== undefined && green === undefined).length;
  const numbers: [string, number, string][] = [
    [
      word(meshed, 'service in the mesh', 'services in the mesh'),
      meshed,
      inKubernetes === 0 ? others : `of ECS; ${others}, ${number(inKubernetes)} in Kubernetes`,
    ],
    [
      word(calls.length, 'call', 'calls'),
      calls.length,
      guessed === 0 ? 'none of them guessed' : `${number(guessed)} guessed`,
    ],
    [
      word(waves.length, 'wave', 'waves'),
      waves.length,
      cycles.length === 0 ? 'no circle of calls' : count(cycles.length, 'circle of calls', 'circles of calls'),
    ],
    [
      word(report.proposals.length, 'plan proposed', 'plans proposed'),
      report.proposals.length,
      stays === 0 ? 'every meshed service can move' : `${count(stays, 'service')} cannot move`,
    ],
    [word(short, 'capacity row short', 'capacity rows short'), short, `of ${number(capacity.length)} looked at`],
  ];
  return html`<div class="verdict ${VERDICT_SIGNS[verdict].tone}"><p class="verdict-word">${sign(VERDICT_SIGNS[verdict])}</p><p>${verdictSentence(report)}</p></div>
<ul class="severities">${SEVERITIES.map(
    (severity) => html`<li>${sign(SEVERITY_SIGNS[severity])} <b>${number(amountOf(report, severity))}</b></li>`,
  )}</ul>
<dl class="numbers">${numbers.map(
    ([what, amount, more]) => html`<div><dt>${what}</dt><dd>${number(amount)}</dd><dd class="more">${more}</dd></div>`,
  )}</dl>`;
}

function verdictSentence(report: EstateReport): string {
  const [blockers, decisions, degraded] = (['blocker', 'needs-decision', 'degraded'] as const).map((severity) =>
    amountOf(report, severity),
  );
  switch (report.verdict) {
    case 'blocked':
      if (blockers === 0) return 'Services call each other in a circle, and no plan moves a circle yet.';
      return `${count(blockers ?? 0, 'blocker')} ${blockers === 1 ? 'stands' : 'stand'} in the way. What ${blockers === 1 ? 'it names' : 'they name'} cannot move as it is.`;
    case 'needsDecisions': {
      const changes = withoutChoice(report.findings);
      if (changes.length > 0) {
        const codes = [...new Set(changes.map(({ code }) => code))];
        return `${listed(codes)}: no choice in a plan settles this, and what is named has to change first. ${choicesSentence((decisions ?? 0) - changes.length, degraded ?? 0)}`;
      }
      return choicesSentence(decisions ?? 0, degraded ?? 0);
    }
    case 'clean':
      return 'Nothing here stands in the way of a plan, and nothing needs a choice.';
  }
}

const choicesSentence = (decisions: number, degraded: number): string =>
  `${count(decisions, 'finding')} ${decisions === 1 ? 'needs' : 'need'} a choice, and ${count(degraded, 'loss', 'losses')} ${degraded === 1 ? 'has' : 'have'} to be agreed to, before a plan may run.`;

/** In the order in which it should be done. */
export function nextSteps(report: EstateReport): Markup {
  const { findings, calls, capacity, gaps, proposals, mesh } = report;
  const codes = (severity: Severity) =>
    [
      ...new Set(
        findings
          .filter((finding) => finding.severity === severity && !inKubernetes.includes(finding))
          .map(({ code }) => code),
      ),
    ].map((code, index) => html`${index === 0 ? '' : ', '}<code>${code}</code>`);
  const guessed = calls.filter(({ certainty }) => certainty === 'guess');
  const short = capacity.filter(({ verdict }) => verdict === 'short');
  const unread = gaps.filter(({ kind }) => kind === 'error' || kind === 'unresolved');
  const [first] = proposals;
  const changes = withoutChoice(findings);
  const changed = [...new Set(changes.map(({ code }) => code))];
  const inKubernetes = findings.filter(({ code }) => code === 'NODE_ON_KUBERNETES');
  const isAllKubernetes = isKubernetesOnly(report);
  return html`<ol class="next">
${step(
  mesh.answer.state !== 'read',
  'Confirm what App Mesh no longer tells.',
  html`App Mesh did not answer (${mesh.answer.why}). What is known here comes from the sources named below.`,
  '#sources',
)}
${step(unread.length > 0, `Close ${count(unread.length, 'gap')}.`, html`Not everything could be read, so findings may be missing.`, '#gaps')}
${step(guessed.length > 0, `Confirm ${count(guessed.length, 'guessed call')}.`, html`They were read from URLs in environment variables. No plan runs on a guess.`, '#graph')}
${step(inKubernetes.length > 0, 'Choose where what runs in Kubernetes goes.', html`No plan moves it: <code>NODE_ON_KUBERNETES</code> names the ways.`, '#findings')}
${step(amountOf(report, 'blocker') > inKubernetes.length, 'Clear the blockers.', html`${codes('blocker')}. Where a choice opens the way, it is named at the finding.`, '#findings')}
${step(!isAllKubernetes && changes.length > 0, 'Change what no choice settles.', html`${changed.map((code, at) => html`${at === 0 ? '' : ', '}<code>${code}</code>`)}: the work that each names, before a plan runs.`, '#findings')}
${step(!isAllKubernetes && amountOf(report, 'needs-decision') > changes.length, 'Decide.', html`${codes('needs-decision')}: each needs a choice under <code>decisions</code> in the plan, or the work that its finding names.`, '#findings')}
${step(!isAllKubernetes && amountOf(report, 'degraded') > 0, 'Read what is lost, and agree to it.', html`${codes('degraded')}: listed under <code>accept</code> in the plan.`, '#findings')}
${step(short.length > 0, 'Make room for both sides.', html`${listed(short.map(({ what }) => what))}: less than blue and green need together.`, '#capacity')}
${step(
  first !== undefined,
  'Write the first plan.',
  html`<code>${first?.name}</code> moves ${count(first?.services.length ?? 0, 'service')}${(first?.together ?? []).length > 0 && html`, in one plan with ${first?.together?.join(', ')}`}; <code>meshlift init</code> writes it down, with what is undecided left to fill in.`,
  '#proposals',
)}
${step(
  first === undefined && !isAllKubernetes,
  'Find an entry.',
  html`No listener or rule of a load balancer leads to a meshed service, so there is nothing whose traffic could be moved.`,
  '#services',
)}
</ol>`;
}

const step = (when: boolean, title: string, text: Markup, href: string): Markup | false =>
  when && html`<li><a href="${href}">${title}</a> ${text}</li>`;

const word = (amount: number, one: string, many: string): string => (amount === 1 ? one : many);
