import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from './cli.ts';

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;

/** What Node's codes of failed file operations mean to a person. */
const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission is denied',
  EISDIR: 'it is a folder; name the files in it',
  ENOTDIR: 'a part of its path is no folder',
  ENOSPC: 'there is no space left',
  EROFS: 'nothing can be written there',
};

function why(error: unknown): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return WHY[code] ?? (error instanceof Error ? error.message : String(error));
}

/**
 * The bytes of a file, or of a pipe, that is no larger than `bytesMax`.
 *
 * @throws UsageError for what is not there, a folder, and what is larger, before anything of it is read (a pipe: as soon as it is)
 */
export async function readBytes(path: string, bytesMax: number): Promise<Uint8Array> {
  const refused = (reason: string): UsageError => new UsageError(`cannot read ${path}: ${reason}`);
  const tooLarge = (bytes: string): UsageError =>
    refused(`it has ${bytes}, and at most ${megabytes(bytesMax)} are read`);
  const file = await open(path).catch((error: unknown) => {
    throw refused(why(error));
  });
  try {
    const found = await file.stat();
    if (found.isDirectory()) throw refused(WHY['EISDIR'] ?? '');
    if (found.size > bytesMax) throw tooLarge(megabytes(found.size));
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of file.createReadStream({ autoClose: false }) as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > bytesMax) throw tooLarge(`more than ${megabytes(bytesMax)}`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    await file.close();
  }
}

/**
 * Writes a file beside its place and moves it there, so that nobody ever sees half of it. It is readable by its owner alone.
 *
 * @throws UsageError where it cannot be written; what was there before is still there
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const beside = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw new UsageError(`cannot write ${path}: ${why(error)}`);
  }
}
