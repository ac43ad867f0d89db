import type { Estate } from '../../estate/model.ts';
import type { ToldValue } from '../../estate/export.ts';
import type { EstateReport } from '../report.ts';

const told = ({ where, address, value }: ToldValue): string => {
  const from = address === undefined ? where : `${where} (${address})`;
  return value === undefined ? `${from} tells none` : `${from} tells ${shown(value)}`;
};

/** Scalars as they are; what is larger may hold an environment, and is not shown. */
const shown = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : 'another value';

/** Members whose value may be a secret; only that they differ is told. */
const SECRET = /environment|secret|command|options|value|label|password|token/i;

/** What the sources disagree on, do not tell, and which calls failed. */
export function gapsOf(estate: Estate): EstateReport['gaps'] {
  return [
    ...(estate.differences ?? []).map((one) => ({
      kind: 'difference' as const,
      place: one.member === '' ? one.name : `${one.name} ${one.member}`,
      message: SECRET.test(one.member)
        ? `${one.told[0].where} and ${one.told[1].where} differ; the first is believed.`
        : `${told(one.told[0])}, ${told(one.told[1])}; the first is believed.`,
    })),
    ...(estate.unresolved ?? []).map(({ where, place, why }) => ({
      kind: 'unresolved' as const,
      place: `${where}, ${place}`,
      message: why,
    })),
    ...estate.errors.map(({ call, subject, code, message }) => ({
      kind: 'error' as const,
      place: subject === undefined ? call : `${call} ${subject}`,
      message: `${code}: ${message}`,
    })),
  ];
}
