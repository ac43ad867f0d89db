import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { initialContext } from './context.ts';
import { type Migration, migrated, MIGRATIONS, UnknownMachineVersionError } from './recordMigrations.ts';
import { MACHINE_VERSION, type MachineContext, type MachineState, type StoredMachine } from './record.ts';

const record = (machineVersion: number, value: string, context: Partial<MachineContext> = {}): StoredMachine => ({
  machineVersion,
  value: value as MachineState,
  context: { ...initialContext(1_000), ...context },
});

/** From a version that was never released: `ramp` was one state, and counted its steps from 1. */
const TO_ONE: Migration = ({ machineVersion, value, context }) => ({
  machineVersion,
  value: (value as string) === 'ramp' ? 'ramp.bake' : value,
  context: { ...context, step: context.step - 1 },
});
/** To a version that does not exist yet: the soak has another name. */
const TO_TWO: Migration = (older) => ({
  ...older,
  value: older.value === 'soak' ? ('rest' as MachineState) : older.value,
});

describe('a record of an older machine', () => {
  test('is brought up by one version after the other, and is of the last', () => {
    const [known, context] = [{ 1: TO_ONE, 2: TO_TWO }, initialContext(1_000)];
    expect(migrated(record(0, 'ramp', { step: 2 }), known, 2)).toEqual({
      machineVersion: 2,
      value: 'ramp.bake',
      context: { ...context, step: 1 },
    });
    expect(migrated(record(1, 'soak', { step: 2 }), known, 2)).toEqual({
      machineVersion: 2,
      value: 'rest',
      context: { ...context, step: 2 },
    });
  });

  test('is refused with a word where a version on the way is not known any more', () => {
    expect(() => migrated(record(0, 'ramp'), { 2: TO_TWO }, 2)).toThrow(
      new UnknownMachineVersionError(
        'The record was written by machine version 0, and this operator, of version 2, does not know how to bring it to version 1. Nothing was changed. Run an operator of a version in between, until the plan is settled.',
      ),
    );
  });

  test('of the same version lacks what came into the context since, and has it as where nothing has happened', () => {
    const { load: _, adoptedWeight: __, ...older } = initialContext(1_000);
    const stored = { ...record(1, 'ramp.bake'), context: { ...older, step: 1, verifiedAt: 2_000 } as MachineContext };
    expect(migrated(stored, {}, 1).context).toEqual({ ...initialContext(1_000), step: 1, verifiedAt: 2_000 });
  });
});

test('a record of a newer machine is refused with a word', () => {
  expect(() => migrated(record(3, 'soak'), { 2: TO_TWO }, 2)).toThrow(
    'written by machine version 3; this operator knows version 2. Nothing was changed. Run an operator of the newer version',
  );
});

test('a record of no version at all is refused too', () => {
  const { machineVersion: _, ...none } = record(1, 'soak');
  expect(() => migrated(none as StoredMachine)).toThrow('written by machine version undefined');
});

test('every version but the first has a way to it, and every version its golden records', () => {
  const versions = Array.from({ length: MACHINE_VERSION }, (_, index) => index + 1);
  expect(Object.keys(MIGRATIONS).map(Number)).toEqual(versions.slice(1));
  for (const version of versions) {
    expect(existsSync(new URL(`../../test/records/v${version}/soak.json`, import.meta.url)), `v${version}`).toBe(true);
  }
});
