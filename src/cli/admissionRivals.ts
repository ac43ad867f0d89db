import { isSettled } from '../machines/classify.ts';
import type { MigrationPlan } from '../plan/model.ts';
import { parseManifest } from '../plan/parse.ts';
import { conflictOf, ruleClaimsOf, type Claim } from '../reconciler/claims.ts';
import type { PlanStore } from '../reconciler/ports.ts';

/** What is read of the table to find the plans that want the same. */
export type RivalReader = Pick<PlanStore, 'listPlans' | 'readSpec' | 'readStatus' | 'heldByOthers'>;

interface Conflict {
  place: string;
  message: string;
}

/** The claims that other plans hold. */
export async function held(
  plan: MigrationPlan,
  claims: readonly Claim[],
  reader: Pick<RivalReader, 'heldByOthers'>,
): Promise<Conflict[]> {
  const targets = claims.map(({ target }) => target);
  return (await reader.heldByOthers(plan.name, targets)).map((conflict) => conflictOf(claims, conflict));
}

/** The plans that name the same rules, have not claimed them yet, and will before this one. */
export async function queued(plan: MigrationPlan, reader: RivalReader): Promise<Conflict[]> {
  // A rule that the plan names already it has not come for just now: the claim decides between the two.
  const own = await targetsOf(plan.name, reader);
  const wanted = ruleClaimsOf(plan.spec).filter(({ target }) => !own.has(target));
  if (wanted.length === 0) return [];
  const found: Conflict[] = [];
  for (const name of await reader.listPlans()) {
    if (name === plan.name) continue;
    const theirs = await targetsOf(name, reader);
    for (const { target, place, what } of wanted) {
      if (!theirs.has(target)) continue;
      const message =
        `the plan ${name} names ${what} too, and was there first; one plan at a time may have it. ` +
        `Wait until that one is settled, or: meshlift delete ${name}`;
      found.push({ place, message });
    }
  }
  return found;
}

/** The rules of a plan that may still claim them: it is valid, it is not over, and nobody wants it deleted. */
async function targetsOf(name: string, reader: RivalReader): Promise<ReadonlySet<string>> {
  const item = await reader.readSpec(name);
  if (item === undefined || item.requests.delete !== undefined) return new Set();
  const read = parseManifest(item.manifest, name);
  if ('errors' in read) return new Set();
  const record = await reader.readStatus(name);
  if (record !== undefined && isSettled(record.status.machine.value)) return new Set();
  return new Set(ruleClaimsOf(read.plan.spec).map(({ target }) => target));
}
