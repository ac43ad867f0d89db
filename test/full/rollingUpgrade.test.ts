import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { MACHINE_VERSION, type StoredMachine } from '../../src/machines/record.ts';
import { bundleInto } from '../../tools/bundling.ts';
import type { Meshlift } from '../processes/meshlift.ts';
import { Stage, until } from './scenarios/stage.ts';

const NEXT = MACHINE_VERSION + 1;

/** The sources as they may be one version on: the machine is numbered anew, and brings older records to itself by leaving a mark on them. */
const oneVersionOn: Plugin = {
  name: 'one version on',
  setup(build) {
    const changed = (filter: RegExp, from: string, to: string) =>
      build.onLoad({ filter }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        if (!source.includes(from)) throw new Error(`${path} has no ${from} any more`);
        return { contents: source.replace(from, to), loader: 'ts' };
      });
    changed(/machines\/record\.ts$/, `MACHINE_VERSION = ${MACHINE_VERSION};`, `MACHINE_VERSION = ${NEXT};`);
    const migration = `${NEXT}: (older) => ({ ...older, context: { ...older.context, broughtTo: ${NEXT} } as never })`;
    changed(
      /machines\/recordMigrations\.ts$/,
      'Record<number, Migration>> = {',
      `Record<number, Migration>> = { ${migration}, `,
    );
  },
};

let folder: string;
let newer: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meshlift-next-'));
  await bundleInto(join(folder, 'dist'), [oneVersionOn]);
  copyFileSync('package.json', join(folder, 'package.json'));
  newer = join(folder, 'dist/meshlift.js');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let stage: Stage;
const operators: Meshlift[] = [];
afterEach(async () => {
  await Promise.all(operators.splice(0).map((operator) => operator.end()));
  await stage.close();
});
const operator = (name: string, program?: string): Meshlift => {
  const one = stage.operatorBeside(name, program);
  operators.push(one);
  return one;
};

interface Stored {
  machine: StoredMachine & { context: { broughtTo?: number } };
  holder: unknown;
}
const record = async (): Promise<Stored> => {
  const item = await stage.record();
  if (item === undefined) throw new Error('the plan has no record');
  return { machine: (item['status'] as { machine: Stored['machine'] }).machine, holder: item['holder'] };
};
const untilRecord = (what: string, holds: (stored: Stored) => boolean): Promise<Stored> =>
  until(what, async () => {
    const stored = await record();
    return holds(stored) ? stored : undefined;
  });

test('old and new operators side by side: the new one brings the plan on, and the old one leaves it to it, whoever dies', async () => {
  // Few users: three processes beside them bundle, start and stop, and what is looked at here is not how fast anybody answers.
  stage = await Stage.open({ rate: 10 });
  await stage.apply({ alarms: ['shop-5xx'] });
  await stage.untilState('ramp.bake', 0);
  expect((await record()).machine.machineVersion).toBe(MACHINE_VERSION);

  // The old one is stopped as a deployment stops it, and gives its lease back to whoever comes.
  const firstNew = operator('new-1', newer);
  await stage.stopOperator();
  const broughtOn = await untilRecord('the new version', ({ machine }) => machine.machineVersion === NEXT);
  expect(broughtOn).toMatchObject({ holder: 'new-1', machine: { context: { broughtTo: NEXT } } });

  // Another old one has not been replaced yet, or the deployment goes back.
  const old = operator('old-2');
  await until('the word of the old one', async () => (old.output.includes('refusedRecord') ? true : undefined));
  expect(old.output).toContain(`its record is of machine version ${NEXT}, this version knows up to ${MACHINE_VERSION}`);

  // With nobody of the new version left the old one does not take the plan, for as long as it likes.
  await firstNew.kill();
  const left = await record();
  await new Promise((resolve) => setTimeout(resolve, 3 * LEASE_MS));
  expect(await record()).toEqual(left);

  operator('new-2', newer);
  const { machine } = await untilRecord('the end', ({ machine: { value } }) => value === 'succeeded');
  expect(machine).toMatchObject({ machineVersion: NEXT, context: { broughtTo: NEXT } });
  const events = await stage.events();
  expect(events.filter(({ from }) => from === 'old-2')).toEqual([]);
  expect(events.map(({ reason, from }) => `${reason} ${from}`)).toContain('TakenOver new-2');
  const users = await stage.users('old and new operators side by side');
  expect(users.failures).toEqual({});
});

/** As the stage's operators have it, real. */
const LEASE_MS = 3_000;
