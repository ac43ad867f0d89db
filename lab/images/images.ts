import type { ProgramName } from '../dataplane/programs.ts';

/** What a registry holds for an image: the program that is its entry point. */
export type Image =
  | { program: ProgramName }
  /** One that somebody else has brought: a file for Node, and what its own environment says. */
  | { file: string; environment: Readonly<Record<string, string>> };

/** Looks an image up by its reference; `undefined` where there is none: the task then stops with `CannotPullContainerError`. */
export type Registry = (reference: string) => Image | undefined;

/** By repository and tag. Two tags of the shop, so that there is something to deploy. */
const IMAGES: Readonly<Record<string, Image>> = {
  'public.ecr.aws/meshlift/shop:1': { program: 'shop' },
  'public.ecr.aws/meshlift/shop:2': { program: 'shop' },
  'public.ecr.aws/meshlift/worker:1': { program: 'worker' },
};

/** The sample application; its command is the role: `frontend`, `user-api` or `stock-api`. */
export const SHOP_IMAGE = 'public.ecr.aws/meshlift/shop:1';

/** The sample application's worker; its environment tells it its queues. */
export const WORKER_IMAGE = 'public.ecr.aws/meshlift/worker:1';

/** The lab's own. */
export const labRegistry: Registry = (reference) => IMAGES[reference];
