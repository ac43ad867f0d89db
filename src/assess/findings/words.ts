import { isRecord } from '../../plan/json.ts';

/**
 * A setting of App Mesh's in words, so that what is lost is told with its values:
 * `maxServerErrors 5, interval 10 s, match (exact GET)`. Members keep App Mesh's names, and their order.
 */
export function inWords(setting: unknown): string {
  if (Array.isArray(setting)) return setting.map(inner).join(', ');
  if (!isRecord(setting)) return String(setting);
  if (isDuration(setting)) return `${String(setting.value)} ${String(setting.unit)}`;
  return Object.entries(setting)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${inner(value)}`)
    .join(', ');
}

const inner = (value: unknown): string =>
  isRecord(value) && !isDuration(value) ? `(${inWords(value)})` : inWords(value);

const isDuration = (value: object): value is { unit: unknown; value: unknown } =>
  'unit' in value && 'value' in value && Object.keys(value).length === 2;
