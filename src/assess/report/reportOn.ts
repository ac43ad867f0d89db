import type { Estate } from '../../estate/model.ts';
import { by } from '../../estate/order.ts';
import { assessEstate } from '../assess.ts';
import { canHaveGreen } from '../meshed.ts';
import { runsOnFargate } from '../greenService.ts';
import type { Finding } from '../model.ts';
import { greenNames, tooLongNames } from '../names.ts';
import { worstFirst } from '../findings/scope.ts';
import { estateNotes, operationsFindings } from '../operations/operations.ts';
import type { EstateReport, ReportCall, ReportVerdict } from '../report.ts';
import { capacityOf } from './capacity.ts';
import { costOf, type Prices } from './cost.ts';
import { gapsOf } from './gaps.ts';
import { proposedPlans } from './proposals.ts';
import { reportServices } from './services.ts';
import { waysIn } from '../waysIn.ts';

export interface ReportOptions {
  /** Without them the cost is told in vCPU-hours and GB-hours alone. */
  prices?: Prices;
}

/**
 * What an estate is and what its move would mean, before there is a plan: everything of the mesh is looked at, with the names that
 * a plan's defaults would give. Pure; throws nothing: what is not known is in `gaps`.
 */
export function reportOn(estate: Estate, options: ReportOptions = {}): EstateReport {
  const { edges, aliases, greenTaskDefinitions, ...assessment } = assessEstate(estate);
  const meshed = new Set(assessment.services);
  const services = estate.services.filter((service) => meshed.has(service.name));
  const moving = services.filter(canHaveGreen);
  const defaults = {
    spec: { target: { nameSuffix: '-sc', serviceConnect: { namespace: `${estate.mesh.name}-sc` } } },
  };
  const names = greenNames(defaults, 1);
  const entries = waysIn(estate);
  const entered = assessment.services.filter((name) => (entries.get(name)?.length ?? 0) > 0);
  const proposals = proposedPlans(
    services.filter((service) => service.kubernetes === undefined),
    edges,
    entered,
  );
  const notes = estateNotes({
    estate,
    services: moving,
    entries,
    proposals,
    greenName: (blue) => names.service(blue),
    tooLong: (blue) => tooLongNames(blue, defaults),
  });
  const findings = worstFirst([...assessment.findings, ...operationsFindings(notes)]);
  return {
    caller: estate.caller,
    takenAt: estate.takenAt,
    cluster: estate.cluster,
    mesh: { name: estate.mesh.name, answer: estate.mesh.answer },
    verdict: verdictOf(findings, assessment.cycles),
    services: reportServices({ estate, entries, names, aliases, greenTaskDefinitions, findings, notes }),
    calls: callsOf(estate),
    waves: assessment.waves,
    cycles: assessment.cycles,
    proposals,
    findings,
    capacity: capacityOf(estate, moving, greenTaskDefinitions),
    cost: costOf(moving, greenTaskDefinitions, options.prices, (service) => runsOnFargate(service.service)),
    gaps: gapsOf(estate),
  };
}

/**
 * A `degraded` finding needs a decision too: without its code under `accept` a plan does not run. A circle of calls is moved by no
 * plan, whatever it decides.
 */
const verdictOf = (findings: readonly Finding[], cycles: readonly string[][]): ReportVerdict => {
  if (cycles.length > 0 || findings.some((one) => one.severity === 'blocker')) return 'blocked';
  return findings.some((one) => one.severity !== 'info') ? 'needsDecisions' : 'clean';
};

function callsOf(estate: Estate): ReportCall[] {
  const inside = estate.edges.map(
    ({ from, to, virtualService, port, certainty }): ReportCall => ({
      from,
      to,
      name: virtualService,
      port,
      certainty,
      leadsOutside: false,
    }),
  );
  const outside = estate.services.flatMap((service) =>
    (service.outsideCalls ?? []).map(
      (call): ReportCall => ({
        from: service.name,
        to: call.hostname ?? call.virtualNode ?? call.virtualService,
        name: call.virtualService,
        port: call.port,
        certainty: call.certainty,
        leadsOutside: true,
      }),
    ),
  );
  return [...inside, ...outside].sort(
    by(
      (call) => call.from,
      (call) => call.to,
      (call) => call.name,
      (call) => call.port ?? 0,
    ),
  );
}
