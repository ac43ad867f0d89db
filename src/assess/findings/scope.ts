import type { CatalogueEntry } from '../catalogue.ts';
import type { Alias } from '../aliases.ts';
import { choicesOf } from '../decisions.ts';
import { EVERY_FINDING, type AnyFindingCode } from '../everyFinding.ts';
import type { Finding } from '../model.ts';
import type { GreenTaskDefinition } from '../taskDefinition.ts';
import type { BlueService, Edge, Estate } from '../../estate/model.ts';
import { byText } from '../../estate/order.ts';

/** What findings look at: the services that move with one plan, or everything that is meshed, and what becomes of them. */
export interface Scope {
  estate: Estate;
  /** `estate`: there is no plan, so all that the mesh holds is looked at, also what nothing runs as and nobody calls. */
  extent: 'plan' | 'estate';
  services: readonly BlueService[];
  /** The calls among them. */
  edges: readonly Edge[];
  aliases: readonly Alias[];
  greenTaskDefinitions: ReadonlyMap<string, GreenTaskDefinition>;
  /** Places for which the plan decided that green talks without TLS. */
  plaintext: ReadonlySet<string>;
}

/** Collects findings: one for each code and place, with every detail that led to it. */
export class FindingSet {
  readonly #details = new Map<string, { code: AnyFindingCode; place: string; details: string[] }>();

  add(code: AnyFindingCode, place: string, detail?: string): void {
    const key = `${code} ${place}`;
    const found = this.#details.get(key) ?? { code, place, details: [] };
    if (detail !== undefined && !found.details.includes(detail)) found.details.push(detail);
    this.#details.set(key, found);
  }

  /** The worst first, then by code and place. */
  all(): Finding[] {
    const findings = [...this.#details.values()].map(({ code, place, details }): Finding => {
      const { severity, say, instead, alternatives, notMigratableYet }: CatalogueEntry = EVERY_FINDING[code];
      const choices = choicesOf(code);
      return {
        code,
        severity,
        place,
        message: [say, ...(notMigratableYet === true ? [NOT_MIGRATABLE_YET] : []), ...details].join(' '),
        instead,
        ...(alternatives === undefined ? {} : { alternatives }),
        ...(choices === undefined ? {} : { choices }),
      };
    });
    return worstFirst(findings);
  }
}

const NOT_MIGRATABLE_YET = 'Not migratable by Meshlift yet.';

const RANK = { blocker: 0, 'needs-decision': 1, degraded: 2, info: 3 } as const;

/** The worst first, then by code and place. */
export const worstFirst = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted(
    (left, right) =>
      RANK[left.severity] - RANK[right.severity] || byText(left.code, right.code) || byText(left.place, right.place),
  );

export const nodePlace = (service: BlueService): string => `virtualNode/${service.virtualNode?.name ?? service.name}`;
export const servicePlace = (service: string): string => `service/${service}`;

/** `taskDefinition/frontend:42`; without a revision where it was read from a template, which has none. */
export function taskDefinitionPlace(service: Pick<BlueService, 'name' | 'taskDefinition'>): string {
  const { family, revision } = service.taskDefinition;
  return `taskDefinition/${family ?? service.name}${revision === undefined ? '' : `:${revision}`}`;
}
