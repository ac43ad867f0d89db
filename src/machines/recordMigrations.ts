import { initialContext } from './context.ts';
import { MACHINE_VERSION, type StoredMachine } from './record.ts';

/** The record was written by a machine that this operator does not know; it was left as it is. */
export class UnknownMachineVersionError extends Error {
  override name = 'UnknownMachineVersionError';
}

/** What the version before would be called and hold in the version that it is listed under. It need not number it. */
export type Migration = (older: StoredMachine) => StoredMachine;

/** By the version that is come to: one for each after the first. What is renamed, split or joined between two versions is told here alone. */
export const MIGRATIONS: Readonly<Record<number, Migration>> = {};

/**
 * The record as today's machine would have written it: one version after the other up to today's, and what came into the context without
 * a new version is as it is where nothing has happened yet.
 *
 * @throws UnknownMachineVersionError for a newer record, and for an older one to which no way leads any more
 */
export function migrated(
  record: StoredMachine,
  migrations: Readonly<Record<number, Migration>> = MIGRATIONS,
  version: number = MACHINE_VERSION,
): StoredMachine {
  const { machineVersion } = record;
  if (!Number.isSafeInteger(machineVersion) || machineVersion > version) {
    throw new UnknownMachineVersionError(
      `The record was written by machine version ${machineVersion}; this operator knows version ${version}. Nothing was changed. Run an operator of the newer version.`,
    );
  }
  let stored = record;
  for (let next = machineVersion + 1; next <= version; next += 1) {
    const migration = migrations[next];
    if (migration === undefined) {
      throw new UnknownMachineVersionError(
        `The record was written by machine version ${machineVersion}, and this operator, of version ${version}, does not know how to bring it to version ${next}. Nothing was changed. Run an operator of a version in between, until the plan is settled.`,
      );
    }
    stored = { ...migration(stored), machineVersion: next };
  }
  return { ...stored, context: { ...initialContext(stored.context.enteredAt), ...stored.context } };
}
