import { isReversible } from '../machines/classify.ts';
import type { MachineState } from '../machines/record.ts';
import { isRecord } from '../plan/json.ts';
import { isVanished } from './acceptance.ts';
import type { PlanStore } from './ports.ts';
import type { Run } from './run.ts';

/**
 * Whether a person has said since the look began that nothing is to go forward: a look may take minutes while AWS throttles, and what was
 * asked for in the meantime is to be heard before its outcome is carried out, not after. The next look makes of it what it is.
 */
export async function isHeldAnew(
  { owner, requests, spec, hasSpec }: Run,
  store: Pick<PlanStore, 'readSpec'>,
  state: MachineState,
): Promise<boolean> {
  const item = await store.readSpec(owner.plan);
  if (isVanished(item) && hasSpec) return true;
  const { abort, delete: deletion } = item?.requests ?? {};
  const isNew =
    (abort !== undefined && requests.abort === undefined) || (deletion !== undefined && requests.delete === undefined);
  if (isNew && isReversible(state)) return true;
  return !spec.paused && isPaused(item?.manifest);
}

function isPaused(manifest: unknown): boolean {
  const spec = isRecord(manifest) ? manifest['spec'] : undefined;
  return isRecord(spec) && spec['paused'] === true;
}
