import { fileURLToPath } from 'node:url';

/**
 * The programs that run as processes of their own, by their place in the repository. From a clone they run as they stand;
 * a bundle carries each beside itself as `<name>.js`.
 */
export const PROGRAMS = {
  'task-network': 'lab/dataplane/task/taskNetwork.ts',
  shop: 'lab/images/shop/main.ts',
  worker: 'lab/images/worker/main.ts',
} as const;

export type ProgramName = keyof typeof PROGRAMS;

/** The absolute path of a program's file. */
export function programPath(name: ProgramName): string {
  const own = import.meta.url;
  return fileURLToPath(own.endsWith('.ts') ? new URL(`../../${PROGRAMS[name]}`, own) : new URL(`./${name}.js`, own));
}
