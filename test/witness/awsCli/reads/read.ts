import type { ShopIds } from '../shop.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A command, with `{name}` for an id of the shop; what of its answer is looked at (JMESPath); and what is to be seen there. */
export type Read = [command: string, query: string, seen: Json | ((ids: ShopIds) => Json)];

export const ecs = (what: string): string => `arn:aws:ecs:us-east-1:111122223333:${what}`;
