import { InvalidArgumentError, Option } from 'commander';
import { DURATION_FORM, formatDuration, parseDuration } from '../../plan/duration.ts';
import { PlanNotFoundError } from '../../state/errors.ts';
import { UsageError } from '../cli.ts';
import type { Connection } from '../connection.ts';
import { readPlan } from '../planView.ts';
import type { PlanView } from '../planView.ts';

/** `shop` and `plan/shop` name the same plan. */
export function planName(text: string): string {
  const name = text.replace(/^(plan|migrationplan)\//, '');
  if (name === '' || name.includes('/')) throw new UsageError(`"${text}" is no name of a plan`);
  return name;
}

/** Milliseconds, for commander. */
export function durationArgument(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError(`It must be ${DURATION_FORM}.`);
  return ms;
}

/** An option that takes a duration; the help shows the default as a person writes it. */
export const durationOption = (flags: string, description: string, defaultMs: number): Option =>
  new Option(flags, description).argParser(durationArgument).default(defaultMs, formatDuration(defaultMs));

export async function existingPlan(connection: Connection, name: string, now: number): Promise<PlanView> {
  const view = await readPlan(connection.reader, name, now);
  if (view === undefined) throw new PlanNotFoundError(`plan "${name}" not found in ${connection.table}`);
  return view;
}

/** A TCP port, for commander; 0 lets the system choose. */
export const portArgument = (text: string): number => wholeNumber(text, 0, 65_535);

/** For commander. */
export function wholeNumber(text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  return value;
}
