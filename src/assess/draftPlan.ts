import type { Estate } from '../estate/model.ts';
import { CREATED_ALARM_BREACH_MS, createdAlarmFinds, DEFAULT_CREATED_ALARMS } from '../plan/createdAlarms.ts';
import type { MigrationPlan, TrafficEntry } from '../plan/model.ts';
import { parseManifest } from '../plan/parse.ts';
import { API_VERSION, KIND } from '../plan/schema.ts';
import { bakeMsFor } from '../plan/sight.ts';
import { assess } from './assess.ts';
import { decidedFor } from './decisions.ts';
import { entryArnsOf } from './entries.ts';
import { closedSubgraph } from './graph.ts';
import type { Assessment, Finding } from './model.ts';
import type { RelevantAlarms } from './relevantAlarms.ts';
import { uncalledServices } from './uncalled.ts';

export interface DraftOptions {
  /** A DNS label. */
  name: string;
  cluster: string;
  mesh: string;
  /** Names of the services where traffic comes in. */
  entries: readonly string[];
  /** `undefined` where no source tells of alarms. */
  alarms: RelevantAlarms | undefined;
}

/** A plan as a file, and what is still to be done to it. */
export interface DraftPlan {
  text: string;
  /** Lines that a person has to uncomment or fill in. */
  open: number;
  /** What no line of a plan can settle, with what to do. */
  obstacles: string[];
}

/** Why there is no plan to be written; the message is for the person. */
export class NoDraftError extends Error {
  override name = 'NoDraftError';
}

/** Every rule and listener that leads to an entry service. */
function trafficOf(estate: Estate, entries: readonly string[]): TrafficEntry[] {
  return entries.flatMap((name) => {
    const service = estate.services.find((one) => one.name === name);
    if (service === undefined) {
      const known = estate.services.map((one) => one.name).join(', ');
      throw new NoDraftError(`the cluster ${estate.cluster.name} has no service ${name}; it has: ${known || 'none'}`);
    }
    const arns = entryArnsOf(estate, service);
    if (arns.length === 0) {
      throw new NoDraftError(`no rule and no listener forwards to ${name}, so its traffic cannot be moved at the edge`);
    }
    const other = arns.find((arn) => !/:listener(-rule)?\/app\//.test(arn));
    if (other !== undefined) {
      throw new NoDraftError(
        `${name} is reached through ${other}, which is no Application Load Balancer's: other load balancers cannot be moved yet`,
      );
    }
    return arns.map((arn) => ({
      service: name,
      alb: arn.includes(':listener-rule/') ? { listenerRule: arn } : { listener: arn },
    }));
  });
}

/**
 * A commented plan for the services where traffic comes in, held against the estate: what has to be agreed to or decided stands in
 * it as a comment, ready to be uncommented. Pure.
 *
 * @throws {NoDraftError} where an entry is no service, nothing leads to it, or a load balancer that is no ALB does
 */
export function draftPlan(estate: Estate, options: DraftOptions): DraftPlan {
  const traffic = trafficOf(estate, options.entries);
  const alarms = options.alarms?.chosen ?? [];
  const read = parseManifest({
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: options.name },
    spec: {
      source: { cluster: options.cluster, mesh: options.mesh },
      traffic,
      gates: { alarms: { names: alarms, create: true } },
    },
  });
  if ('errors' in read)
    throw new NoDraftError(read.errors.map(({ place, message }) => `${place}: ${message}`).join('; '));
  const assessment = assess(read.plan, estate);
  const consent = consentLines(read.plan, assessment);
  const { chosen, others, bakeMsMin } = options.alarms ?? { chosen: [], others: [], bakeMsMin: 0 };
  const text = [
    `# ${commented(`Moves ${assessment.services.join(', ') || options.entries.join(', ')} off the mesh ${options.mesh}.`)}`,
    '# Every key, its default and its range: docs/plan.md, or the JSON Schema that `meshlift schema` prints.',
    `apiVersion: ${API_VERSION}`,
    `kind: ${KIND}`,
    `metadata: { name: ${quoted(options.name)} }`,
    'spec:',
    `  source: { cluster: ${quoted(options.cluster)}, mesh: ${quoted(options.mesh)} }`,
    '  target:',
    '    nameSuffix: -sc # green is called as blue is, with this behind it',
    `    serviceConnect: { namespace: ${quoted(read.plan.spec.target.serviceConnect.namespace)} } # is made; must not exist`,
    '  # Where traffic comes in: everything that leads to these services.',
    '  traffic:',
    ...traffic.map(({ service, alb }) => {
      const [kind, arn] = Object.entries(alb)[0] ?? ['', ''];
      return `    - { service: ${quoted(service)}, alb: { ${kind}: ${quoted(arn)} } }`;
    }),
    ...uncalledLines(estate, assessment),
    '  ramp:',
    '    steps: # green’s share, and how long it stays there with every alarm OK',
    ...read.plan.spec.ramp.steps.map(
      ({ weight, bakeMs }) =>
        `      - { weight: ${weight}, bake: ${inMinutes(Math.max(bakeMs, bakeMsMin, bakeMsFor(CREATED_ALARM_BREACH_MS)))} }`,
    ),
    '  gates:',
    '    alarms: # any of them in ALARM takes everything back',
    '      # Of Meshlift’s own, on green alone: made with green, and gone with the plan. It fires where, in two of three minutes,',
    `      # ${createdAlarmFinds.errors(DEFAULT_CREATED_ALARMS)}. Another limit: { errorRate: { max: 1% } }`,
    '      create: true',
    ...(chosen.length === 0
      ? [
          '      # None of yours was found. One that watches the load balancer as a whole sees what green’s cannot: its own 503.',
          '      names: []',
        ]
      : [
          '      # These watch the load balancer as a whole.',
          '      names:',
          ...chosen.map((name) => `        - ${quoted(name)}`),
        ]),
    ...others.map(({ name, why }) => `        # - ${quoted(name)} # ${commented(why)}`),
    '    # approvals: [beforeRetire] # a person has to say so before blue goes: meshlift approve',
    '  retire:',
    '    soak: 24h # blue at full count after the ramp: going back is one call',
    '    mesh: keep # or delete: what becomes of the App Mesh resources',
    '    evidence: metrics # or callGraph: believe the calls that were read',
    ...consent.lines,
    '',
  ].join('\n');
  return { text, open: consent.open, obstacles: obstaclesOf(assessment) };
}

const inMinutes = (durationMs: number): string => `${Math.ceil(durationMs / 60_000)}m`;

/** JSON's strings are YAML's. */
const quoted = (text: string): string =>
  /^[a-z][a-z0-9-]*$/i.test(text) && !YAML_WORDS.test(text)
    ? text
    : JSON.stringify(text).replaceAll(/[\u007F-\u009F\u2028\u2029]/g, escapedSign);

/** JSON leaves these as they are, and YAML does not. */
const escapedSign = (sign: string): string => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;

const YAML_WORDS = /^(y|n|yes|no|on|off|true|false|null)$/i;

/** What a comment of YAML can hold: a name with a line break in it would go on as a part of the plan. */
const commented = (text: string): string => text.replaceAll(/[\p{Cc}\s]+/gu, ' ');

const comment = ({ place, message, instead }: Finding): string =>
  commented(`${place}: ${message}${instead === '-' ? '' : ` Instead: ${instead}.`}`);

/** What no entry brings along, commented out: it moves only where a person says so. */
function uncalledLines(estate: Estate, { services }: Assessment): string[] {
  const uncalled = uncalledServices(estate, services).map(({ name }) => name);
  if (uncalled.length === 0) return [];
  // A plan that names services names all that move.
  const named = closedSubgraph([...services, ...uncalled], estate.edges);
  return [
    `  # ${commented(`Nothing leads to these and nobody is known to call them, so no entry brings them along, and they stay on the mesh: ${uncalled.join(', ')}.`)}`,
    '  # To move them too, take the # away. A plan that names services names all of them. exclusive: both sides never run at once, green starts',
    '  # once blue has stopped. manual: that, after a person’s word. parallel: both work at once.',
    '  #services:',
    ...named.map((name) => `  #  ${quoted(name)}: ${uncalled.includes(name) ? '{ cutover: exclusive }' : '{}'}`),
  ];
}

/** What has to be agreed to and what has to be decided, commented out. */
function consentLines({ spec }: MigrationPlan, { findings }: Assessment): { lines: string[]; open: number } {
  const degraded = findings.filter((one) => one.severity === 'degraded');
  const codes = [...new Set(degraded.map((one) => one.code))];
  const undecided = findings.flatMap((finding) => {
    const decided = decidedFor(spec, finding.code, finding.place);
    return decided.kind === 'undecided' ? [{ finding, choices: decided.choices }] : [];
  });
  const accept = codes.flatMap((code) => [
    ...degraded.filter((one) => one.code === code).map((one) => `  # ${comment(one)}`),
    `  #  - ${code}`,
  ]);
  const decisions = undecided.flatMap(({ finding, choices }) => [
    `  # ${comment(finding)}`,
    `  # Choices: ${commented(choices)}.`,
    `  #  - { code: ${finding.code}, place: ${quoted(finding.place)}, choice: ${firstChoice(choices)} }`,
  ]);
  return {
    lines: [
      ...(accept.length === 0
        ? []
        : [
            '  # What gets lost. Take the # away before “accept” and before each code that you agree to.',
            '  #accept:',
            ...accept,
          ]),
      ...(decisions.length === 0
        ? []
        : [
            '  # What you have to decide. Take the # away before “decisions” and before each choice.',
            '  #decisions:',
            ...decisions,
          ]),
    ],
    open: codes.length + undecided.length,
  };
}

/** `confirm (the listed calls are all there are)` → `confirm`; a path stays for the person to write. */
const firstChoice = (choices: string): string =>
  choices.startsWith('a path') ? '/health' : choices.slice(0, choices.indexOf(' ('));

/** Refusals that neither `accept` nor `decisions` can settle. */
const obstaclesOf = ({ refusals }: Assessment): string[] =>
  refusals
    .filter(({ reason }) => reason !== 'FindingNotAccepted' && reason !== 'FindingUndecided')
    .map(({ place, message }) => `${place}: ${message}`);
