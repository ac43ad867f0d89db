import type { RuleResource } from '../../assess/model.ts';
import { mayCarryGreenWeight } from '../../machines/classify.ts';
import { analysisVerdict, type AnalysisUse } from '../../machines/gates/analysis.ts';
import { compares, withoutComparisons } from '../../machines/gates/rescue.ts';
import { WAIVED } from '../../machines/gates/waived.ts';
import { insideVerdict } from '../../machines/gates/inside.ts';
import { wantedRoute } from '../../machines/intent.ts';
import type { EdgeMinute } from '../../machines/readings.ts';
import type { Analysis } from '../../plan/model.ts';
import { greenShareOf } from '../routes.ts';
import { greensOf, rulesOf, type Groundwork } from '../run.ts';
import { attempt, judge } from './attempt.ts';
import type { NamedVerdict } from './gates/gate.ts';
import type { Look, Observation } from './observation.ts';

/** As long as is counted back for the share that is served: a longer bake is told by its last hour. */
const SERVED_WINDOW_MS = 3_600_000;
/** CloudWatch's own delay: as much earlier a window may begin that ends with the last minute published. */
const INGESTION_MS = 300_000;
const PERIOD_MS = 60_000;

/**
 * Both sides' minutes at each entry, and what the plan's analysis makes of them. A failure is a breach where green may have weight; what
 * is waited for, or not known, holds the step and takes nothing back.
 */
export async function observeAnalysis(look: Look, groundwork: Groundwork, observation: Observation): Promise<void> {
  const { run, world, state, now } = look;
  const { strategy, gates } = run.spec;
  const wanted = gates.analysis;
  const isWaiving = strategy === 'rescue' && wanted !== null && compares(wanted);
  const limits = isWaiving ? withoutComparisons(wanted) : wanted;
  if (isWaiving && mayCarryGreenWeight(state)) {
    observation.waived.push({ gate: 'analysis', why: `green is not compared with blue (maxVsBlue): ${WAIVED}` });
  }
  if (!mayCarryGreenWeight(state) || (limits === null && state !== 'ramp.bake')) return;
  const sinceMs = countedSince(look);
  const backMs = Math.max(state === 'ramp.bake' ? SERVED_WINDOW_MS : 0, (limits?.windowMs ?? 0) + INGESTION_MS);
  const percentiles = limits?.latencies.map(({ percentile }) => percentile) ?? [];
  const rules = rulesOf(groundwork.stack);
  for (const rule of rules) {
    const minutes = await attempt(() =>
      world.edgeMinutes(rule, run.memory.resolved, Math.max(sinceMs, now - backMs), percentiles),
    );
    observation.edgeMinutes.set(rule.id, minutes);
    if (limits === null) continue;
    const verdict = judge(minutes, (read) => analysisVerdict(limits, latest(read, limits.windowMs), useOf(look)));
    observation.analysis.push({ name: `analysis/${entryName(rule, rules)}`, ...verdict });
  }
  if (limits !== null) observation.analysis.push(...(await insideVerdicts(look, groundwork, limits)));
  const failed = observation.analysis.find(({ verdict }) => verdict === 'fail');
  if (failed === undefined) return;
  const message = `${failed.name}: ${failed.why} (read at ${new Date(now).toISOString()})`;
  observation.facts.breach ??= { reason: 'AnalysisFailed', message };
}

/** The entry's service, or the rule itself where a service has several. */
export const entryName = (rule: RuleResource, rules: readonly RuleResource[]): string =>
  rules.filter(({ entry }) => entry.service === rule.entry.service).length === 1 ? rule.entry.service : rule.id;

/** A step is judged by what was served at its weight; nodes of the load balancer may come to it a moment later. */
function countedSince({ run, state, settings }: Look): number {
  const { verifiedAt } = run.status.machine.context;
  return verifiedAt !== null && isStep(state) ? verifiedAt + settings.settleMs : 0;
}

const isStep = (state: Look['state']): boolean => state === 'ramp.bake' || state === 'soak';

function useOf({ run, state }: Look): AnalysisUse {
  const wanted = wantedRoute(state, run.status.machine.context, run.spec);
  return {
    as: isStep(state) ? 'step' : 'watch',
    blueServes: wanted !== undefined && greenShareOf(wanted) !== 100,
  };
}

/** The window's minutes, counted back from the last one that was published. */
function latest(minutes: readonly EdgeMinute[], windowMs: number): EdgeMinute[] {
  const untilMs = (minutes.at(-1)?.atMs ?? 0) + PERIOD_MS;
  return minutes.filter(({ atMs }) => atMs >= untilMs - windowMs);
}

/** The green services that others call, each by what all its callers counted. */
async function insideVerdicts(
  { run, world }: Look,
  { assessment, stack }: Groundwork,
  { errorRate, requestsMin, windowMs }: Analysis,
): Promise<NamedVerdict[]> {
  const max = errorRate?.max ?? null;
  if (max === null) return [];
  const green = greensOf(stack);
  const verdicts: NamedVerdict[] = [];
  for (const callee of green) {
    const names = callee.serviceConnect.services.map(({ discoveryName, portName }) => discoveryName ?? portName ?? '');
    const callers = assessment.edges
      .filter(({ to }) => to === callee.blueService)
      .flatMap(({ from }) => green.find(({ blueService }) => blueService === from)?.name ?? []);
    const calls = [...new Set(callers)].flatMap((callingService) =>
      names.map((discoveryName) => ({ callingService, discoveryName })),
    );
    if (calls.length === 0) continue;
    const answers = await attempt(() => world.serviceConnectAnswers(run.spec.source.cluster, calls, windowMs));
    const verdict = judge(answers, (read) => insideVerdict(read, max, requestsMin));
    verdicts.push({ name: `analysis/inside/${callee.blueService}`, ...verdict });
  }
  return verdicts;
}
