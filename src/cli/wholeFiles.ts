import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from './cli.ts';

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;

/** What Node's codes of failed file operations mean to a person. */
const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission is denied',
  EISDIR: 'it is a folder; name the files in it',
  ELOOP: 'its links lead in a circle',
  ENOTDIR: 'a part of its path is no folder',
  ENOSPC: 'there is no space left',
  EROFS: 'nothing can be written there',
};

/** Why an operation on a file failed, for a person. */
export function reasonOf(error: unknown): string {
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
    throw refused(reasonOf(error));
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

/** What cannot be moved into its place is written into as it stands: a device, a pipe, `/dev/stdout`. */
async function writeInto(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

async function writeBeside(path: string, text: string): Promise<void> {
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
    throw error;
  }
}

/**
 * Writes a file beside its place and moves it there, so that nobody ever sees half of it. It is readable by its owner alone. A link
 * stays one, and what it leads to is replaced; a device or a pipe is written into.
 *
 * @throws UsageError where it cannot be written; a file that was there before is still there
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    const there = await stat(path).catch(() => undefined);
    if (there === undefined || there.isFile() || there.isDirectory()) {
      await writeBeside(there === undefined ? path : await realpath(path), text);
    } else await writeInto(path, text);
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${whyNotWritten(error)}`);
  }
}

/** A file that is yet to be written is missing nowhere but in its folder. */
const whyNotWritten = (error: unknown): string => {
  const reason = reasonOf(error);
  if (reason === WHY['ENOENT']) return 'there is no such folder';
  return reason === WHY['EISDIR'] ? 'it is a folder; name a file in it' : reason;
};
