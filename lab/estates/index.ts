import type { EstateDefinition } from './estate.ts';
import { createShop } from './shop/shop.ts';

/** The estates that the lab knows, by the name that `--estate` takes. */
export const estates = {
  shop: {
    summary: 'frontend, user API and stock API on App Mesh behind one Application Load Balancer',
    create: createShop,
  },
} satisfies Record<string, EstateDefinition>;

export type EstateName = keyof typeof estates;
