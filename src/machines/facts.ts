import { unknown, type Verdict } from '../plan/verdict.ts';
import type { Loads } from './load.ts';

/**
 * What one reconcile observed, read fresh, never trusted from memory. Every verdict is there in every reconcile: what a state
 * does not need is `unknown` with the sentence that it was not observed, and so opens nothing.
 */
export interface Facts {
  /** Lab or wall time of the observation, milliseconds since the epoch. */
  now: number;
  /** A person, or the plan's calendar, lets nothing go forward. A rollback never waits for it. */
  hold: Hold | undefined;
  /** What a person asked for. */
  request: { kind: 'none' } | { kind: 'abort' | 'delete'; by: string; why: string };
  /** Something is wrong on green's side, or an alarm says so, while green may have weight. */
  breach: Breach | undefined;
  /** The plan was accepted, the estate was read, nothing refuses it. */
  admitted: Verdict;
  /** Alarms exist and are not in ALARM, names are free, the claims are ours, the way back was proven. */
  preflight: Verdict;
  /** Every resource of the stack was read back as it should be, and is ready. `fail` where green cannot become ready. */
  provisioned: Verdict;
  /** Green is steady and healthy, every name that green calls has an alias, and every gate passes. */
  verified: Verdict;
  /** The rules carry the weight that this state wants, in two agreeing reads. */
  weights: Verdict;
  /** Others changed a rule under us. */
  drift: Drift | undefined;
  /** An alarm is OK now but changed its state since the step began: the step bakes again. */
  flapped: string | undefined;
  /** Green is being deployed with a change that blue got: the step bakes again, from when that deployment is over. */
  following: string | undefined;
  /** What load has grown to by this look; `undefined` where nobody looked. */
  load: Loads | undefined;
  /** Every gate of the current step: alarms, capacity of both sides, and those that the plan has besides. */
  gates: Verdict;
  /** Those among them that not even a person passes over: alarms, and the capacity of both sides. */
  vitalGates: Verdict;
  /** A person ends this very bake, or the soak. */
  promotion: { kind: 'none' } | { kind: 'asked' | 'forced'; by: string; why: string };
  /** Of the services whose sides take turns no task of blue is left. */
  blueStopped: Verdict;
  /** Blue has stopped, and green runs in its place. */
  cutOver: Verdict;
  /** Green has stopped, and blue runs again in its place. */
  cutBack: Verdict;
  /** Blue has what all traffic needs. `fail` where it cannot be had back. */
  blueReady: Verdict;
  /** Nobody calls blue any more, with evidence, and every approval before retire was given. */
  provenUnused: Verdict;
  /** Blue served nothing at the edge for a window; stickiness and deregistration delay have passed. */
  blueQuiet: Verdict;
  /** Green's tasks are in every Cloud Map service that the plan hands over, for callers that resolve blue's names. */
  registered: Verdict;
  /** The rules carry their original actions with green in blue's place. */
  handedOver: Verdict;
  blueScaledDown: Verdict;
  blueRemoved: Verdict;
  meshRemoved: Verdict;
  /** Why App Mesh's resources stay as they are though the plan ends; `undefined` where nothing is left. */
  meshLeft: string | undefined;
  /** The rules carry their recorded original actions. */
  restored: Verdict;
  /** Nothing of green is left, and blue's scaling is as it was. */
  dismantled: Verdict;
}

/** Pause is a level in the spec, and a freeze window is one that the calendar sets. */
export interface Hold {
  reason: 'SpecPaused' | 'SpecVanished' | 'FreezeWindow';
  /** `spec.paused is true` */
  message: string;
}

export interface Breach {
  reason: 'AlarmBreach' | 'AnalysisFailed' | 'GreenSick' | 'BlueFading';
  /** `shop-5xx ALARM 14:05:22Z: …` */
  message: string;
}

/** What others made of the plan's rules. */
export interface Drift {
  /** Rule by rule, field by field: `rule/…: weight of blue 50 → 10, of green 50 → 90`. */
  message: string;
  change:
    | {
        kind: 'weights' /** Green's share, percent: the same in every rule of the plan, and nothing else was changed. */;
        greenWeight: number;
      }
    /** Anything else of what a rule does; or the rules of the plan differ. */
    | { kind: 'actions' }
    /** A rule does not exist any more. */
    | { kind: 'gone' };
}

/** The verdict on what a state does not need. */
export const NOT_OBSERVED = unknown('not looked at yet in this state');

/** Facts in which nothing is known yet. */
export const NO_FACTS = {
  breach: undefined,
  drift: undefined,
  flapped: undefined,
  following: undefined,
  load: undefined,
  admitted: NOT_OBSERVED,
  preflight: NOT_OBSERVED,
  provisioned: NOT_OBSERVED,
  verified: NOT_OBSERVED,
  weights: NOT_OBSERVED,
  gates: NOT_OBSERVED,
  vitalGates: NOT_OBSERVED,
  promotion: { kind: 'none' },
  blueStopped: NOT_OBSERVED,
  cutOver: NOT_OBSERVED,
  cutBack: NOT_OBSERVED,
  blueReady: NOT_OBSERVED,
  provenUnused: NOT_OBSERVED,
  blueQuiet: NOT_OBSERVED,
  registered: NOT_OBSERVED,
  handedOver: NOT_OBSERVED,
  blueScaledDown: NOT_OBSERVED,
  blueRemoved: NOT_OBSERVED,
  meshRemoved: NOT_OBSERVED,
  meshLeft: undefined,
  restored: NOT_OBSERVED,
  dismantled: NOT_OBSERVED,
} satisfies Partial<Facts>;

export const isPromoted = ({ promotion }: Pick<Facts, 'promotion'>): boolean => promotion.kind !== 'none';

/** The gates that a bake or the soak ends on: a person who forces passes over all but the vital ones. */
export const gatesOf = ({
  promotion,
  gates,
  vitalGates,
}: Pick<Facts, 'promotion' | 'gates' | 'vitalGates'>): Verdict => (promotion.kind === 'forced' ? vitalGates : gates);
