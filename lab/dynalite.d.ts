declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** A DynamoDB that answers `request` events; in memory where no path is given. Times in real milliseconds. */
  export default function dynalite(options?: {
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
    path?: string;
  }): Server;
}
