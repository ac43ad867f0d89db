import type { Entry, EntryOf } from '../history.ts';
import { Attribution } from './attribution.ts';
import { endOf, leftBehind } from './leftovers.ts';
import { holdersDuring, type Terms, termsOf } from './terms.ts';
import { failedUsers } from './users.ts';
import type { Violation } from './violation.ts';
import { writtenWeights } from './weights.ts';

/** What a history shows. */
export interface Verdict {
  violations: readonly Violation[];
  summary: Summary;
}

export interface Summary {
  seed: number;
  /** From the first line to the last. */
  seconds: number;
  plans: number;
  /** Plans by the state that they were in at last. */
  ends: Readonly<Record<string, number>>;
  /** Processes of operators that were started. */
  operators: number;
  /** Leases that were taken from a holder that had not given them back. */
  takeOvers: number;
  /** From the last write of such a holder to the next one's first, in the middle and at worst; 0 where none was taken over. */
  takeOverSeconds: { median: number; max: number };
  /** What the nemesis and people did, by word; of what was done to a service, the deed alone. */
  acts: Readonly<Record<string, number>>;
  /** Of the operators, the table's included. */
  calls: number;
  /** Calls that change something of AWS, and were held against the leases. */
  mutations: number;
  /** Calls that were served and whose answers were lost. */
  unanswered: number;
  requests: number;
  /** Failed requests, those of an injected fault included; and those of estates whose green was never made sick. */
  failed: number;
  failedElsewhere: number;
  /** How long the lab and the users stood still for want of a machine: a run with many of these says little of operators. */
  stalledSeconds: number;
}

/** Judges a run by its history alone: it looks at no clock, no lab and no table. */
export function check(history: readonly Entry[]): Verdict {
  const of = <Kind extends Entry['kind']>(kind: Kind) =>
    history.filter((entry): entry is EntryOf<Kind> => entry.kind === kind);
  const [begin] = of('begin');
  const plans = of('plan');
  const records = of('record');
  if (begin === undefined || plans.length === 0) throw new Error('this is no history of a run: it has no beginning');
  const { terms, violations } = termsOf(records);
  const holders = new Set(of('operator').map(({ by }) => by));
  const mutations = of('call').filter(({ by, input }) => holders.has(by) && input !== undefined);
  const calls = new Map<string, EntryOf<'call'>[]>();
  const attribution = new Attribution(
    plans.map(({ plan }) => plan),
    of('name'),
  );
  for (const call of mutations) {
    const [plan, ...others] = attribution.plansOf(call);
    if (plan === undefined || others.length > 0)
      violations.push(stray(call, plan === undefined ? [] : [plan, ...others]));
    else calls.set(plan, [...(calls.get(plan) ?? []), call]);
  }
  const left = new Map(of('left').map((entry) => [entry.plan, entry]));
  for (const plan of plans) {
    const ofPlan = records.filter((record) => record.plan === plan.plan && record.hasLanded);
    violations.push(
      ...unsettled(plan, ofPlan),
      ...drivenByTwo(plan.plan, calls.get(plan.plan) ?? [], terms),
      ...badWeights(plan, calls.get(plan.plan) ?? [], ofPlan),
      ...leftBehind(plan, left.get(plan.plan)),
    );
  }
  violations.push(...failedUsers({ begin, plans, acts: of('act'), calls, requests: of('request') }));
  violations.push(...of('denied').map(({ what }): Violation => ({ rule: 'denied', what })));
  if (history.at(-1)?.kind !== 'end') violations.push({ rule: 'incomplete', what: 'the history was cut off' });
  return { violations, summary: summaryOf(history, begin, plans, terms, mutations.length) };
}

const stray = ({ by, api, input }: EntryOf<'call'>, plans: readonly string[]): Violation => ({
  rule: 'stray',
  what: `${by} sent ${api} ${JSON.stringify(input)}, which is about ${plans.join(' and ') || 'no plan'}`,
});

function unsettled({ plan, story }: EntryOf<'plan'>, records: readonly EntryOf<'record'>[]): Violation[] {
  const wanted = endOf(story);
  const state = lastState(records) ?? 'no state';
  return state === wanted
    ? []
    : [{ rule: 'unsettled', plan, what: `${story}: it is in ${state}, and was to be ${wanted}` }];
}

const lastState = (records: readonly EntryOf<'record'>[]): string | undefined =>
  records.findLast(({ write }) => write.state !== undefined)?.write.state;

/** Every mutating call that an operator sent while it did not hold the plan for certain not. */
function drivenByTwo(plan: string, calls: readonly EntryOf<'call'>[], terms: Terms): Violation[] {
  return calls.flatMap(({ by, api, at, ms }) => {
    const holders = holdersDuring(terms.get(plan) ?? [], at, at + ms);
    if (holders.includes(by)) return [];
    const whose = holders.map((holder) => holder || 'nobody').join(', then ') || 'nobody';
    return [
      { rule: 'drivenByTwo', plan, what: `${by} sent ${api} at ${new Date(at).toISOString()} while ${whose} held it` },
    ];
  });
}

function badWeights(
  { plan, blueTargetGroup }: EntryOf<'plan'>,
  calls: readonly EntryOf<'call'>[],
  records: readonly EntryOf<'record'>[],
): Violation[] {
  const violations: Violation[] = [];
  const backward = records.find(({ write }) => write.state?.startsWith('backward.') === true);
  let green = 0;
  for (const call of calls) {
    const written = writtenWeights(call, blueTargetGroup);
    if (written === undefined || call.outcome === 'refused') continue;
    if (written.sum !== 100) {
      violations.push({ rule: 'weights', plan, what: `${call.by} wrote weights that sum to ${written.sum}` });
    }
    if (backward !== undefined && call.at > backward.at + backward.ms && written.green > green) {
      violations.push({
        rule: 'roseBackward',
        plan,
        what: `${call.by} raised green from ${green} to ${written.green}`,
      });
    }
    green = written.green;
  }
  return violations;
}

function summaryOf(
  history: readonly Entry[],
  begin: EntryOf<'begin'>,
  plans: readonly EntryOf<'plan'>[],
  terms: Terms,
  mutations: number,
): Summary {
  const ends: Record<string, number> = {};
  const acts: Record<string, number> = {};
  const counts = { operators: 0, calls: 0, unanswered: 0, requests: 0, failed: 0, failedElsewhere: 0, stalledMs: 0 };
  const sick = new Set(plans.filter(({ story }) => story === 'sickGreen').map(({ plan }) => plan));
  const states = new Map(plans.map(({ plan }) => [plan, 'no state']));
  for (const entry of history) {
    if (entry.kind === 'operator' && entry.what === 'started') counts.operators += 1;
    if (entry.kind === 'act') acts[deedOf(entry.act)] = (acts[deedOf(entry.act)] ?? 0) + 1;
    if (entry.kind === 'record' && entry.hasLanded && entry.write.state !== undefined) {
      states.set(entry.plan, entry.write.state);
    }
    if (entry.kind === 'call') {
      counts.calls += 1;
      if (!entry.answered) counts.unanswered += 1;
    }
    if (entry.kind === 'stall') counts.stalledMs += entry.ms;
    if (entry.kind === 'request') {
      counts.requests += 1;
      if (!entry.ok) counts.failed += 1;
      if (!entry.ok && !sick.has(entry.plan)) counts.failedElsewhere += 1;
    }
  }
  for (const state of states.values()) ends[state] = (ends[state] ?? 0) + 1;
  const takeOvers = [...terms.values()].flat().flatMap(({ tookOverAfterMs }) => tookOverAfterMs ?? []);
  takeOvers.sort((a, b) => a - b);
  const secondsAt = (index: number) => Math.round((takeOvers[index] ?? 0) / 100) / 10;
  const { stalledMs, ...summed } = counts;
  const lastMs = history.at(-1)?.at ?? begin.at;
  return {
    seed: begin.seed,
    seconds: Math.round((lastMs - begin.at) / 1000),
    plans: plans.length,
    ends,
    takeOvers: takeOvers.length,
    takeOverSeconds: {
      median: secondsAt(Math.floor(takeOvers.length / 2)),
      max: secondsAt(takeOvers.length - 1),
    },
    acts,
    mutations,
    ...summed,
    stalledSeconds: Math.round(stalledMs / 1000),
  };
}

/** `nothing comes back from ecs` is one of many `nothing comes back`. */
const deedOf = (act: string): string => act.replace(/ (from|to) [\w-]+$/, '').replace(/^[\w-]+ is back$/, 'is back');
