import type { EstateDefinition } from './estate.ts';
import { createShop } from './shop/shop.ts';
import { createShopWithWorker } from './shop/worker.ts';

/** The estates that the lab knows, by the name that `--estate` takes. */
export const estates = {
  shop: {
    summary: 'frontend, user API and stock API on App Mesh behind one Application Load Balancer',
    create: createShop,
  },
  'shop-with-worker': {
    summary: 'the same, and a worker that takes messages from an SQS queue and is called by nobody',
    create: createShopWithWorker,
  },
} satisfies Record<string, EstateDefinition>;

export type EstateName = keyof typeof estates;
