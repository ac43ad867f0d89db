import type { Finding } from '../../../assess/model.ts';
import type { EstateReport, ReportService } from '../../../assess/report.ts';

/** What the sections ask of a report again and again. */
export interface ReportIndex {
  report: EstateReport;
  /** The fragment of a service's row: made of its place, never of its name. `undefined` for a host outside. */
  idOf: (service: string) => string | undefined;
  service: (name: string) => ReportService | undefined;
  /** The services that a finding is about, as far as its place tells. */
  servicesOf: (finding: Finding) => string[];
  /** From 1; `undefined` for what is not meshed. */
  waveOf: (service: string) => number | undefined;
}

export function indexed(report: EstateReport): ReportIndex {
  const ids = new Map(report.services.map(({ name }, index) => [name, `s${index}`]));
  const byName = new Map(report.services.map((service) => [service.name, service]));
  const byNode = new Map<string, string[]>();
  for (const { name, virtualNode } of report.services) {
    if (virtualNode !== undefined) byNode.set(virtualNode.name, [...(byNode.get(virtualNode.name) ?? []), name]);
  }
  const byCalledName = new Map<string, Set<string>>();
  for (const { name, to } of report.calls) {
    if (byName.has(to)) byCalledName.set(name, (byCalledName.get(name) ?? new Set()).add(to));
  }
  const waves = new Map(report.waves.flatMap((wave, index) => wave.map((name) => [name, index + 1] as const)));
  return {
    report,
    idOf: (service) => ids.get(service),
    service: (name) => byName.get(name),
    waveOf: (service) => waves.get(service),
    servicesOf: ({ place }) => {
      const [kind, name = ''] = place.split('/');
      if (kind === 'virtualNode' || kind === 'virtualGateway') return byNode.get(name) ?? [];
      if (kind === 'virtualService') return [...(byCalledName.get(name) ?? [])];
      // A family is most often named as its service is; where it is not, nothing is claimed.
      if (kind === 'taskDefinition') return byName.has(family(name)) ? [family(name)] : [];
      return kind === 'service' && byName.has(name) ? [name] : [];
    },
  };
}

const family = (name: string): string => name.replace(/:\d+$/, '');
