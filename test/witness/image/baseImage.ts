import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Writes into `root` what stands for Node's base image, from this machine's own files: Node 24, npm, a shell and what they are linked with, and the user
 * `node`. Nothing is fetched.
 */
export function writeBaseImage(root: string): void {
  const node = realpathSync(process.execPath);
  for (const program of [realpathSync('/bin/sh'), '/usr/bin/env', node]) {
    for (const [library = ''] of execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/\/\S+(?= \()/g)) {
      copy(library, join(root, library));
    }
  }
  copy(realpathSync('/bin/sh'), join(root, 'bin/sh'));
  copy('/usr/bin/env', join(root, 'usr/bin/env'));
  copy(node, join(root, 'usr/local/bin/node'));
  const npm = dirname(dirname(realpathSync(execFileSync('which', ['npm'], { encoding: 'utf8' }).trim())));
  copy(npm, join(root, 'usr/local/lib/node_modules/npm'));
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  for (const folder of ['tmp', 'root', 'home/node', 'etc']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnode:x:1000:\n');
}

/** How npm comes to its registry on this machine, for the build alone: mounted, so that none of it is in a layer. Volumes as buildah takes them. */
export function registryVolumes(into: string): string[] {
  const own = join(into, 'npmrc');
  writeFileSync(own, `${read(join(homedir(), '.npmrc'))}\ncafile=${CERTIFICATES}\n`);
  return [`${own}:/root/.npmrc:ro`, `${CERTIFICATES}:${CERTIFICATES}:ro`, '/etc/resolv.conf:/etc/resolv.conf:ro'];
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** What a link leads to, since the base has nothing but what is copied. */
function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  const file = realpathSync(from);
  if (statSync(file).isFile()) copyFileSync(file, to);
  else cpSync(file, to, { recursive: true });
}
