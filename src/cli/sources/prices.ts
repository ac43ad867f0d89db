import { z } from 'zod';
import type { Prices } from '../../assess/report/cost.ts';
import { readDocuments } from '../../estate/sources/documents.ts';
import { type Cli, UsageError } from '../cli.ts';

const PRICES = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/, 'three capital letters, as in EUR'),
  vcpuHour: z.number().min(0),
  gigabyteHour: z.number().min(0),
});

const LIMITS = { charactersMax: 10_000, nodesMax: 100 };

/**
 * The user's own prices, JSON or YAML.
 *
 * @throws UsageError and SourceError with the member at fault
 */
export async function readPrices(cli: Cli, path: string): Promise<Prices> {
  const bytes = await cli.readBytes(path, LIMITS.charactersMax);
  const [document] = readDocuments(path, new TextDecoder().decode(bytes), LIMITS);
  const read = PRICES.safeParse(document?.value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new UsageError(`${path}: ${issue?.path.join('.') || 'prices'}: ${issue?.message ?? 'wrong'}`);
}
