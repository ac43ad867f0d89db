import type { Verdict } from '../../../plan/verdict.ts';
import type { Groundwork } from '../../run.ts';
import type { Look, Observation } from '../observation.ts';

/** A verdict with the name that screens and logs call it by: `capacity/green`. */
export type NamedVerdict = { name: string } & Verdict;

/**
 * What must hold before the next step: one file a gate. It sees what was observed so far, reads what it needs besides, and changes
 * neither. Every verdict of the list must pass.
 */
export type Gate = (look: Look, groundwork: Groundwork, observation: Observation) => Promise<NamedVerdict[]>;
