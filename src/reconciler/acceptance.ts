import { isBackward, isSettled } from '../machines/classify.ts';
import { startMachine } from '../machines/decide.ts';
import type { PlanStatus } from '../machines/record.ts';
import { canonicalJson } from '../plan/canonical.ts';
import { refusedChanges } from '../plan/changes.ts';
import { isRecord } from '../plan/json.ts';
import type { PlanSpec } from '../plan/model.ts';
import { type ParsedManifest, parseManifest } from '../plan/parse.ts';
import type { PlanRequests, SpecItem, Worlds } from './ports.ts';

/** What became of the user's spec in this reconcile. */
export interface Acceptance {
  status: PlanStatus;
  /** Why the spec in the table is not what runs; `undefined` where it is. */
  refused: { reason: string; message: string } | undefined;
  /** A spec was accepted just now. */
  accepted: boolean;
}

/** States in which nothing was made yet, so that any change of the spec is welcome. */
const BEFORE_GREEN = new Set<string>(['inventory.assess', 'inventory.preflight']);

/**
 * The status keeps a copy of the spec beside everything else that is known of the plan, and an item of DynamoDB has 400 KB. Plans of
 * hundreds of services have a few dozen.
 */
const MANIFEST_BYTES_MAX = 128 * 1024;

const TOO_LARGE: ParsedManifest = {
  errors: [{ place: 'manifest', message: `must have at most ${MANIFEST_BYTES_MAX} bytes as JSON` }],
};

/** In bytes, as the table counts: there are three in most characters of Chinese. */
const isTooLarge = (manifest: unknown): boolean => Buffer.byteLength(canonicalJson(manifest)) > MANIFEST_BYTES_MAX;

/** So many errors are told at once, and so much of each, that the status of a plan can be written whatever somebody put. */
const ERRORS_MAX = 20;
const ERROR_CHARACTERS_MAX = 500;

function inWords(errors: readonly { place: string; message: string }[]): string {
  const told = errors.slice(0, ERRORS_MAX).map(({ place, message }) => {
    const text = `${place}: ${message}`;
    return text.length > ERROR_CHARACTERS_MAX ? `${text.slice(0, ERROR_CHARACTERS_MAX - 1)}…` : text;
  });
  const left = errors.length - told.length;
  return [...told, ...(left > 0 ? [`and ${left} more`] : [])].join('; ');
}

/**
 * Takes the user's spec over where it may be taken: a new plan, a change before anything was made, a change of what may change
 * later, a new attempt after a rollback (the same spec, where a person asks to try again). Anything else is refused with a word, and the plan goes on with the spec it had; only
 * `paused` is heard all the same.
 */
export function acceptSpec(
  status: PlanStatus,
  item: SpecItem | undefined,
  { hash, worlds, now }: { hash: (spec: unknown) => string; worlds: Pick<Worlds, 'outOfReach'>; now: number },
): Acceptance {
  if (item === undefined || (status.spec !== null && isVanished(item))) {
    return {
      status,
      accepted: false,
      refused: {
        reason: 'SpecVanished',
        message: `the spec is gone from the table; ${withoutSpec(status.machine)}`,
      },
    };
  }
  const observedSpecHash = hash(item.manifest);
  const parsed = isTooLarge(item.manifest) ? TOO_LARGE : parseManifest(item.manifest, item.name);
  if ('errors' in parsed) {
    return {
      status: { ...status, observedSpecHash, spec: levelOf(item.manifest, status.spec) },
      accepted: false,
      refused: { reason: 'InvalidPlan', message: inWords(parsed.errors) },
    };
  }
  const { plan } = parsed;
  const far = refusalOfReach(plan.spec, worlds);
  if (far !== undefined) {
    return {
      status: { ...status, observedSpecHash, spec: levelOf(item.manifest, status.spec) },
      accepted: false,
      refused: far,
    };
  }
  // Compared by content, not by hash: a spec that was refused before is refused again for as long as it stands in the table.
  const before = status.spec;
  const { machine } = status;
  if (isAsItRan(status, plan.spec) && !asksForRetry(status, item.requests)) {
    return { status: { ...status, observedSpecHash, spec: plan.spec }, accepted: false, refused: undefined };
  }
  if (before === null || BEFORE_GREEN.has(machine.value)) {
    return {
      status: {
        ...status,
        observedSpecHash,
        spec: plan.spec,
        generation: status.generation + 1,
        machine: startMachine(now),
      },
      accepted: true,
      refused: undefined,
    };
  }
  if (machine.value === 'rolledBack') {
    // The names of the last attempt may still be draining (rows E3, S3): the next one is numbered.
    return {
      status: {
        ...status,
        observedSpecHash,
        spec: plan.spec,
        generation: status.generation + 1,
        attempt: status.attempt + 1,
        machine: startMachine(now),
      },
      accepted: true,
      refused: undefined,
    };
  }
  const refusals = isSettled(machine.value)
    ? [{ place: 'spec', message: 'the plan has succeeded; submit a new one' }]
    : refusedChanges(before, plan.spec, machine.context.step);
  if (refusals.length > 0) {
    return {
      status: { ...status, observedSpecHash, spec: levelOf(item.manifest, status.spec) },
      accepted: false,
      refused: { reason: 'ChangeRefused', message: inWords(refusals) },
    };
  }
  return {
    status: { ...status, observedSpecHash, spec: plan.spec, generation: status.generation + 1 },
    accepted: true,
    refused: undefined,
  };
}

/** Why an operator does not touch a plan at all; `undefined` where all of it is within its reach. */
export function refusalOfReach(spec: PlanSpec, worlds: Pick<Worlds, 'outOfReach'>): Acceptance['refused'] {
  const far = worlds.outOfReach(spec);
  return far.length === 0 ? undefined : { reason: 'OutOfReach', message: inWords(far) };
}

function withoutSpec({ value }: PlanStatus['machine']): string {
  if (isSettled(value)) return 'the plan is settled';
  if (isBackward(value)) return 'the plan goes back without it';
  return 'the plan holds where it is. Put it back with meshlift apply, or abort or delete the plan';
}

/** Pause is a level, not a wish: whoever resumes what has come to its end asks for no new attempt. */
function isAsItRan({ spec, machine }: Pick<PlanStatus, 'spec' | 'machine'>, wanted: PlanSpec): boolean {
  if (spec === null) return false;
  const ran = isSettled(machine.value) ? { ...spec, paused: wanted.paused } : spec;
  return canonicalJson(ran) === canonicalJson(wanted);
}

/** Whether a plan that was rolled back is to begin anew, once an operator looks at it. */
export function asksForAttempt(status: PlanStatus, { name, manifest, requests }: SpecItem): boolean {
  if (status.machine.value !== 'rolledBack') return false;
  const parsed = parseManifest(manifest, name);
  return asksForRetry(status, requests) || (!('errors' in parsed) && !isAsItRan(status, parsed.plan.spec));
}

/** The person saw the attempt that was rolled back last: what was asked for after an earlier one is done. */
export const asksForRetry = (
  { machine, attempt }: Pick<PlanStatus, 'machine' | 'attempt'>,
  { retry }: PlanRequests,
): boolean => machine.value === 'rolledBack' && retry?.attempt === attempt;

/** Gone altogether, or an item that carries nothing but what the CLI asked for after it was gone. */
export const isVanished = (item: SpecItem | undefined): boolean =>
  item === undefined || (isRecord(item.manifest) && Object.keys(item.manifest).length === 0);

/** Pause is a level that is heard whatever else the spec says: a person who says stop is not told to mend a bake first. */
function levelOf(manifest: unknown, running: PlanSpec | null): PlanSpec | null {
  const spec = isRecord(manifest) ? manifest['spec'] : undefined;
  if (running === null || !isRecord(spec)) return running;
  const { paused } = spec;
  return typeof paused === 'boolean' ? { ...running, paused } : running;
}
