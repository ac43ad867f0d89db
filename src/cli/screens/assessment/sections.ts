import type { Finding, Severity } from '../../../assess/model.ts';
import { inShort } from '../../../assess/inShort.ts';
import { plansByService } from '../../../assess/report/proposals.ts';
import { withoutChoice } from '../../../assess/report/withoutChoice.ts';
import { isKubernetesOnly } from '../../../assess/report/kubernetesOnly.ts';
import type { EstateReport, ProposedPlan, ReportCall, ReportService } from '../../../assess/report.ts';
import { oneLine, type Sign } from '../words.ts';
import { nextSteps } from './next.ts';

/** A piece of a report, that a terminal and Markdown each show in their own way. Texts are one line each. */
export type Block =
  | { kind: 'pairs'; rows: [name: string, value: string][] }
  /** The first row is the head. */
  | { kind: 'table'; rows: string[][] }
  | { kind: 'trees'; trees: { name: string; leaves: string[] }[] }
  | { kind: 'list'; items: string[] }
  | { kind: 'findings'; groups: FindingGroup[] }
  | { kind: 'text'; text: string };

export interface Section {
  /** Empty for the first. */
  title: string;
  blocks: Block[];
}

/** The findings of one code. */
export interface FindingGroup {
  code: string;
  severity: Severity;
  count: number;
  /** Findings that say the same stand together. */
  messages: { message: string; places: string[] }[];
  /** `-` where there is nothing to do. */
  instead: string;
  /** What a plan may choose under `decisions`; `undefined` where nothing. */
  choices: string | undefined;
}

export const SEVERITY_SIGNS: Readonly<Record<Severity, Sign>> = {
  blocker: { shape: '✖', word: 'blocker' },
  'needs-decision': { shape: '?', word: 'needs-decision' },
  degraded: { shape: '▼', word: 'degraded' },
  info: { shape: '·', word: 'info' },
};

const VERDICTS: Readonly<Record<EstateReport['verdict'], string>> = {
  clean: '✔ clean: nothing stands in the way of a plan, and nothing has to be decided',
  needsDecisions: '? needs decisions: a plan can be made, and runs once a person has decided what is below',
  blocked: '✖ blocked: something cannot move as it is',
};

/** A decision is promised only where a choice is built for each that is needed. */
function verdictOf({ verdict, findings }: EstateReport): string {
  const codes = unique(withoutChoice(findings).map((one) => one.code));
  return verdict === 'needsDecisions' && codes.length > 0
    ? `? needs decisions: ${codes.join(', ')}: no choice in a plan settles this, and what is named has to change first`
    : VERDICTS[verdict];
}

const ANSWERS: Readonly<Record<EstateReport['mesh']['answer']['state'], string>> = {
  read: 'read',
  unreachable: 'App Mesh could not be reached',
  refused: 'App Mesh refused',
  absent: 'App Mesh does not know it',
};

const ROLES: Readonly<Record<ReportService['role'], string>> = {
  client: 'client',
  server: 'server',
  clientServer: 'client+server',
  none: 'alone',
};

const unique = (items: readonly string[]): string[] => [...new Set(items)];

function groups(findings: readonly Finding[]): FindingGroup[] {
  const byCode = new Map<string, Finding[]>();
  for (const finding of findings) byCode.set(finding.code, [...(byCode.get(finding.code) ?? []), finding]);
  return [...byCode].flatMap(([code, all]) => {
    const [first] = all;
    if (first === undefined) return [];
    const messages = unique(all.map((one) => one.message)).map((message) => ({
      message: message,
      places: unique(all.filter((one) => one.message === message).map((one) => one.place)),
    }));
    return [
      { code, severity: first.severity, count: all.length, messages, instead: first.instead, choices: first.choices },
    ];
  });
}

function summary(report: EstateReport): Section {
  const { caller, cluster, mesh, services, findings, takenAt } = report;
  const ofEcs = services.filter((one) => one.kubernetes === undefined);
  const meshed = ofEcs.filter((one) => one.virtualNode !== undefined).length;
  const inKubernetes = services.length - ofEcs.length;
  const counts = (['blocker', 'needs-decision', 'degraded', 'info'] as const).map(
    (severity) => `${findings.filter((one) => one.severity === severity).length} ${severity}`,
  );
  const rows: [string, string][] = [
    ['Verdict', verdictOf(report)],
    ['Cluster', cluster.name === '' ? '<none>' : cluster.name],
    ['Mesh', mesh.answer.state === 'read' ? mesh.name : `${mesh.name}: ${ANSWERS[mesh.answer.state]}`],
    ...(mesh.answer.state === 'read' ? [] : ([['', mesh.answer.why]] satisfies [string, string][])),
    ['Account', caller.account === '' ? '<unknown>' : `${caller.account} in ${caller.region}`],
    ['As of', takenAt === '' ? '<not told by the sources>' : takenAt],
    ['Read from', unique(services.map((one) => one.readFrom)).join(', ') || '<nothing>'],
    ['Services', `${meshed} in the mesh, ${ofEcs.length - meshed} outside it`],
    ...(inKubernetes === 0
      ? []
      : ([['In Kubernetes', `${inKubernetes} of the mesh's nodes and gateways, which no plan moves`]] satisfies [
          string,
          string,
        ][])),
    ['Findings', counts.join(', ')],
  ];
  return { title: '', blocks: [{ kind: 'pairs', rows }] };
}

function services({ services: all }: EstateReport): Section {
  const head = ['NAME', 'NODE', 'ROLE', 'TASKS', 'LAUNCH', 'CUTOVER', 'GREEN', 'MANAGED BY'];
  const rows = all.map((one) => [
    one.name,
    one.virtualNode === undefined ? '<not meshed>' : marked(one.virtualNode.name, one.virtualNode.certainty),
    ROLES[one.role],
    one.kubernetes === undefined ? String(one.desiredCount ?? '<unknown>') : '-',
    one.launchType,
    one.virtualNode === undefined || one.kubernetes !== undefined ? '-' : one.cutover.proposed,
    one.green?.name ?? '-',
    one.managedBy === undefined ? '-' : `${one.managedBy.tool} ${one.managedBy.address}`,
  ]);
  const reasons = all
    .filter(
      (one) => one.virtualNode !== undefined && one.kubernetes === undefined && one.cutover.proposed !== 'parallel',
    )
    .map((one) => `${one.name}: ${one.cutover.proposed}, because ${one.cutover.why}`);
  const ways = all.flatMap((one) => one.entries.map((entry) => [one.name, entry.kind, entry.when, entry.arn]));
  return {
    title: 'Services',
    blocks: [
      { kind: 'table', rows: [head, ...rows] },
      ...inKubernetes(all),
      ...(reasons.length === 0 ? [] : [{ kind: 'list' as const, items: reasons }]),
      ...(ways.length === 0 ? [] : [waysTable(ways)]),
    ],
  };
}

/** What no plan moves, and why; nothing where everything is of ECS. */
function inKubernetes(all: readonly ReportService[]): Block[] {
  const rows = all.flatMap(({ name, kubernetes }) => {
    if (kubernetes === undefined) return [];
    const { address, pods, workloads } = kubernetes;
    const shown = workloads.map((one) => `${one.kind} ${one.namespace}/${one.name}`).join(', ');
    const services = unique(workloads.flatMap((one) => one.services)).join(', ');
    return [[name, address, pods ?? '<no podSelector>', shown || '<not among the manifests>', services || '-']];
  });
  if (rows.length === 0) return [];
  return [
    { kind: 'table', rows: [['IN KUBERNETES', 'MANIFEST', 'PODS WITH', 'WORKLOADS', 'SERVICES'], ...rows] },
    {
      kind: 'text',
      text: 'Meshlift moves ECS services only, and Service Connect takes no others. What is said of these is what App Mesh gives them today and Service Connect would not, or would otherwise.',
    },
  ];
}

const waysTable = (ways: string[][]): Block => ({ kind: 'table', rows: [['TO', 'BY', 'WHEN', 'ARN'], ...ways] });

/** What is no answer of an API says so. */
const marked = (text: string, certainty: ReportCall['certainty']): string =>
  certainty === 'certain' ? text : `${text} (${certainty === 'guess' ? 'a guess' : 'recorded'})`;

function calls({ calls: all, services: known }: EstateReport): Section {
  const callers = unique(all.map((call) => call.from));
  const trees = callers.map((from) => ({
    name: from,
    leaves: all
      .filter((call) => call.from === from)
      .map((call) => {
        const name = call.port === undefined ? call.name : `${call.name}:${call.port}`;
        const to = call.leadsOutside ? `${call.to === call.name ? '' : `${call.to}, `}outside` : call.to;
        return marked(`${name} → ${to}`, call.certainty);
      }),
  }));
  const guessed = all.some((call) => call.certainty === 'guess');
  const text = known.length === 0 ? 'No source tells of a service.' : 'No call is known.';
  return {
    title: 'Calls',
    blocks: [
      trees.length === 0 ? { kind: 'text', text } : { kind: 'trees', trees },
      ...(guessed
        ? [
            {
              kind: 'text',
              text: 'Guesses are read from task definitions, Cloud Map and environment variables. A person has to confirm them.',
            } as const,
          ]
        : []),
    ],
  };
}

function waves({ waves: all, cycles }: EstateReport): Section {
  const rows = all.map((wave, index) => [String(index + 1), wave.join(', ')]);
  return {
    title: 'Waves',
    blocks: [
      rows.length === 0
        ? { kind: 'text', text: 'Nothing is meshed, so nothing moves.' }
        : { kind: 'table', rows: [['WAVE', 'SERVICES, SERVERS FIRST'], ...rows] },
      ...cycles.map(
        (cycle) =>
          ({
            kind: 'text',
            text: `They call each other in a circle, which no plan moves yet: ${cycle.join(', ')}`,
          }) as const,
      ),
    ],
  };
}

function proposals(report: EstateReport): Section {
  const { proposals: all } = report;
  if (all.length === 0) {
    const why = isKubernetesOnly(report)
      ? 'nothing in the mesh is an ECS service'
      : 'no way in leads to a meshed service';
    return { title: 'Plans', blocks: [{ kind: 'text', text: `No plan can be proposed: ${why}.` }] };
  }
  const users = plansByService(all);
  const sharedOf = ({ name, shared }: ProposedPlan): string => {
    const others = (service: string) => inShort((users.get(service) ?? []).filter((other) => other !== name));
    return (
      inShort(
        shared.map((service) => `${service} with ${others(service)}`),
        '; ',
      ) || '-'
    );
  };
  const anyTogether = all.some((one) => one.together !== undefined);
  const rows = all.map((one, index) => [
    String(index + 1),
    one.name,
    one.entries.join(', '),
    inShort(one.services),
    sharedOf(one),
    ...(anyTogether ? [one.together === undefined ? '-' : inShort(one.together)] : []),
    one.missing.join(', ') || '-',
  ]);
  const together = anyTogether ? ['ONLY TOGETHER WITH'] : [];
  const head = ['ORDER', 'PLAN', 'ENTRIES', 'SERVICES', 'SHARED', ...together, 'CALLED OUTSIDE'];
  return { title: 'Plans', blocks: [{ kind: 'table', rows: [head, ...rows] }] };
}

/** @param all with what is merely worth knowing in full; otherwise it is a line a code */
function findings(report: EstateReport, all: boolean): Section {
  const found = groups(report.findings);
  if (found.length === 0) return { title: 'Findings', blocks: [{ kind: 'text', text: 'None.' }] };
  const shown = found.filter((one) => all || one.severity !== 'info');
  const rest = found.filter((one) => !all && one.severity === 'info');
  return {
    title: 'Findings',
    blocks: [
      ...(shown.length === 0 ? [] : [{ kind: 'findings', groups: shown } as const]),
      ...(rest.length === 0
        ? []
        : [
            {
              kind: 'text',
              text: `Worth knowing, in full with -o wide: ${rest.map((one) => `${one.code}${one.count === 1 ? '' : ` (${one.count})`}`).join(', ')}`,
            } as const,
          ]),
    ],
  };
}

const CAPACITY = { enough: '✔ enough', short: '✖ short', unknown: '? unknown' } as const;

const number = (value: number | undefined): string =>
  value === undefined ? '<unknown>' : String(Math.round(value * 100) / 100);

/** @param all with where each row's numbers are from */
function capacity({ capacity: rows }: EstateReport, all: boolean): Section[] {
  if (rows.length === 0) return [];
  const head = ['VERDICT', 'NEED', 'HAVE', 'UNIT', 'WHAT', ...(all ? ['SOURCE'] : [])];
  const shown = rows.map((row) => [
    CAPACITY[row.verdict],
    number(row.need),
    number(row.have),
    row.unit,
    row.what,
    ...(all ? [row.source] : []),
  ]);
  return [{ title: 'Capacity for both sides', blocks: [{ kind: 'table', rows: [head, ...shown] }] }];
}

function cost({ cost: rows }: EstateReport): Section[] {
  if (rows.length === 0) return [];
  const priced = rows.some((row) => row.pricePerHour !== undefined);
  const head = ['SERVICE', 'SIDE', 'TASKS', 'VCPU', 'GB', ...(priced ? ['PRICE AN HOUR'] : [])];
  const shown = rows.map((row) => [
    row.service,
    row.side,
    String(row.tasks),
    number(row.vcpuHoursPerHour),
    number(row.gigabyteHoursPerHour),
    ...(priced
      ? [row.pricePerHour === undefined ? '-' : `${row.pricePerHour.amount.toFixed(4)} ${row.pricePerHour.currency}`]
      : []),
  ]);
  const side = (name: 'blue' | 'green', of: 'vcpuHoursPerHour' | 'gigabyteHoursPerHour'): string =>
    number(rows.filter((row) => row.side === name).reduce((sum, row) => sum + row[of], 0));
  const text =
    `While both sides run, each hour: ${side('green', 'vcpuHoursPerHour')} vCPU-hours and ${side('green', 'gigabyteHoursPerHour')} GB-hours of green ` +
    `beside ${side('blue', 'vcpuHoursPerHour')} and ${side('blue', 'gigabyteHoursPerHour')} of blue.${priced ? '' : ' In money with --prices FILE.'}`;
  return [
    {
      title: 'Cost of both sides',
      blocks: [
        { kind: 'table', rows: [head, ...shown] },
        { kind: 'text', text },
      ],
    },
  ];
}

const GAPS = {
  difference: 'sources disagree',
  unresolved: 'not told',
  error: 'call failed',
  notLookedAt: 'not looked at',
} as const;

function gaps({ gaps: all }: EstateReport): Section[] {
  if (all.length === 0) return [];
  const rows = all.map((gap) => [GAPS[gap.kind], gap.place, gap.message.replace(/^Not looked at: /, '')]);
  return [{ title: 'Gaps', blocks: [{ kind: 'table', rows: [['WHY', 'PLACE', 'WHAT'], ...rows] }] }];
}

/**
 * A report in the order in which a person reads it. Pure.
 *
 * @param wide with every finding in full
 */
export function sectionsOf(given: EstateReport, wide: boolean): Section[] {
  const report = clean(given) as EstateReport;
  return [
    summary(report),
    services(report),
    calls(report),
    waves(report),
    proposals(report),
    findings(report, wide),
    ...capacity(report, wide),
    ...cost(report),
    ...gaps(report),
    { title: 'Next', blocks: [{ kind: 'list', items: nextSteps(report) }] },
  ];
}

/** Names come from files that anybody may have written: no control character of theirs reaches a terminal. */
function clean(value: unknown): unknown {
  if (typeof value === 'string') return oneLine(value);
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, clean(one)]));
}
