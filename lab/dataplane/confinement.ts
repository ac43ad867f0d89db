import type { TaskContainer } from '../services/ports.ts';

/** Node's own way of a read-only root file system: whatever would write a file fails, and so does the start of a process. Some versions ask for more words. */
const READ_ONLY = [
  process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission',
  '--allow-fs-read=*',
  ...(process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
];
/** A name is one of the image's own, and the lab has no image to look it up in. */
const USER_AND_GROUP = /^(\d{1,9})(?::(?:(\d{1,9})|[^:]+))?$/;

/** What keeps a container's program from what its definition says that it may not. */
export interface Confinement {
  /** For Node, before anything else. */
  flags: readonly string[];
  /** For the process; nothing where this process may not give itself away, since it is not root's. */
  identity: { uid?: number; gid?: number };
}

export function confinementOf({ readonlyRootFilesystem, user = '' }: TaskContainer): Confinement {
  const [, uid, gid] = process.getuid?.() === 0 ? (USER_AND_GROUP.exec(user) ?? []) : [];
  return {
    flags: readonlyRootFilesystem === true ? READ_ONLY : [],
    identity: {
      ...(uid === undefined ? {} : { uid: Number(uid) }),
      ...(gid === undefined ? {} : { gid: Number(gid) }),
    },
  };
}
