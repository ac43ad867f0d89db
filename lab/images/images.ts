import type { ProgramName } from '../dataplane/programs.ts';

/** What the lab's registry holds for an image: the program that is its entry point. */
export interface Image {
  program: ProgramName;
}

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

/** `undefined` where the registry has no such image: the task then stops with `CannotPullContainerError`. */
export function findImage(reference: string): Image | undefined {
  return IMAGES[reference];
}
