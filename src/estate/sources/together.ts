import type { EstateExport } from '../export.ts';
import { knownNames, reducedExport } from '../secrets/reduced.ts';
import { readCloudFormation } from './cloudFormation/read.ts';
import { settled } from './cloudFormation/settled.ts';
import { readExport } from './export/read.ts';
import { readKubernetes } from './kubernetes/read.ts';
import { mergeReadings } from './merge.ts';
import type { SourceReading } from './reading.ts';
import { recognise } from './recognise.ts';
import { readTaskDefinitions } from './taskDefinitions/read.ts';
import { readTerraformState } from './terraform/readTerraform.ts';

/** A file as it was read. */
export interface SourceFile {
  /** Its name, for a person. */
  where: string;
  text: string;
}

export interface TogetherOptions {
  /** What the live APIs told, where they were asked. */
  live?: SourceReading;
  /** Name or ARN of the cluster that is asked about. */
  cluster?: string | undefined;
  /** Of templates and manifests, where nothing else tells it. */
  region?: string | undefined;
  /** Values of the templates' parameters. */
  parameters?: Readonly<Record<string, string>>;
  /** The hash of a value, with a salt. */
  hash: (salt: string, value: string) => string;
  /** For values that no export reduced. */
  salt: string;
}

export interface Together {
  exported: EstateExport;
  /** What each file was taken for, in the order given. */
  readings: SourceReading[];
}

/**
 * Several files, and the live APIs where they were asked, as one estate without its secrets: each file recognised by what stands in
 * it, templates read together and settled against all else, everything merged with each fact's source. Pure.
 *
 * @throws SourceError for a file that cannot be read; nothing is taken then
 */
export function readTogether(files: readonly SourceFile[], options: TogetherOptions): Together {
  const { live, cluster, region, parameters = {} } = options;
  const recognised = files.map((file) => ({ ...file, found: recognise(file.text, file.where) }));
  let { salt } = options;
  const readings: SourceReading[] = live === undefined ? [] : [live];
  for (const { where, text, found } of recognised) {
    if (found.kind === 'export') {
      const { salt: own, ...reading } = readExport(found.value, where);
      // So that its values can be held against those of other sources; a second export keeps its own.
      salt = own ?? salt;
      readings.push(reading);
    }
    if (found.kind === 'terraformState') {
      readings.push(readTerraformState(text, where, cluster === undefined ? {} : { cluster }));
    }
  }
  const known = mergeReadings(readings);
  const place = {
    ...(known.caller.account === '' ? {} : { account: known.caller.account }),
    ...(known.caller.region !== '' ? { region: known.caller.region } : region === undefined ? {} : { region }),
  };
  const manifests = recognised.filter(({ found }) => found.kind === 'kubernetes');
  if (manifests.length > 0) readings.push(readKubernetes(manifests, place));
  const templates = recognised.filter(({ found }) => found.kind === 'cloudFormation');
  if (templates.length > 0) {
    const reading = readCloudFormation(templates, { ...place, parameters });
    readings.push({ ...reading, exported: settled(reading.exported, known) });
  }
  const definitions = recognised.filter(({ found }) => found.kind === 'taskDefinitions');
  if (definitions.length > 0) {
    const alone = readings.every((one) => one.exported.ecs.services.length === 0);
    readings.push(readTaskDefinitions(definitions, { ...place, cluster, alone }));
  }
  const names = knownNames(readings.map((one) => one.exported));
  const hash = (value: string): string => options.hash(salt, value);
  const reduced = readings.map((one) => ({ ...one, exported: reducedExport(one.exported, names, hash) }));
  return { exported: mergeReadings(reduced), readings: reduced };
}
