import type { EstateReport } from '../../../assess/report.ts';
import { byText } from '../../../estate/order.ts';
import { html, type Markup } from './markup.ts';
import { count } from './words.ts';

type Gap = EstateReport['gaps'][number];

const GAPS: Readonly<Record<Gap['kind'], string>> = {
  error: 'Calls that failed',
  unresolved: 'What no source tells',
  difference: 'Where two sources disagree',
  notLookedAt: 'Not looked at',
};

export function gapsList({ gaps }: EstateReport): Markup {
  if (gaps.length === 0) return html`<p>None: everything that was asked for was read, and no two sources disagree.</p>`;
  return html`${(Object.keys(GAPS) as Gap['kind'][]).map((kind) => {
    const own = gaps.filter((gap) => gap.kind === kind);
    return (
      own.length > 0 &&
      html`<h3>${GAPS[kind]} <span class="count">${own.length}</span></h3><dl class="gaps">${own.map(
        ({ place, message }) => html`<div><dt><code>${place}</code></dt><dd>${message}</dd></div>`,
      )}</dl>`
    );
  })}`;
}

const ANSWERS: Readonly<Record<EstateReport['mesh']['answer']['state'], string>> = {
  read: 'answered',
  unreachable: 'could not be reached',
  refused: 'refused',
  absent: 'knows no such mesh',
};

/** From where all this is known, and how surely. */
export function sourcesList({ services, calls, mesh, caller, cluster, takenAt }: EstateReport): Markup {
  const places = [...new Set(services.map(({ readFrom }) => readFrom))].sort(byText);
  const certainties = [
    ...services.flatMap(({ virtualNode }) => virtualNode?.certainty ?? []),
    ...calls.map(({ certainty }) => certainty),
  ];
  const amount = (certainty: (typeof certainties)[number]) => certainties.filter((one) => one === certainty).length;
  return html`<dl class="facts">
<div><dt>Account</dt><dd>${caller.account}, ${caller.region}</dd></div>
<div><dt>Cluster</dt><dd><code>${cluster.arn}</code></dd></div>
<div><dt>Taken</dt><dd>${takenAt === '' ? 'the sources do not tell when' : html`<time datetime="${takenAt}">${takenAt}</time>`}</dd></div>
<div><dt>App Mesh</dt><dd>mesh <code>${mesh.name}</code>: App Mesh ${ANSWERS[mesh.answer.state]}${mesh.answer.why !== '' && `. ${mesh.answer.why}`}</dd></div>
${places.map(
  (place) =>
    html`<div><dt>Read from</dt><dd>${place} <span class="count">${count(services.filter(({ readFrom }) => readFrom === place).length, 'service')}</span></dd></div>`,
)}
<div><dt>Certainty</dt><dd>of the nodes that services run as, and of the calls: ${amount('certain')} certain (an API answered so), ${amount('recorded')} recorded (a file says so), ${amount('guess')} guessed</dd></div>
</dl>
<p class="hint">Values of environment variables are not in this report; host names and hashes are.</p>`;
}
