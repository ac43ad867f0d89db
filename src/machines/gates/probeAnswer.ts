/** What came back on one request. */
export type ProbeAnswer =
  | {
      kind: 'answered';
      status: number;
      /** By name, in lower case. */
      headers: Readonly<Record<string, string>>;
      /** As far as it was read. */
      body: string;
      /** False where the body was longer than is read. */
      isWhole: boolean;
    }
  /** Nobody answered, or not green for sure: it says nothing about green. */
  | { kind: 'notReached'; why: string }
  | HealthAnswer;

/** What came back on a question of gRPC's health checking protocol, where it was gRPC. */
export type HealthAnswer =
  /** The call ended with OK and with a status, a number of the protocol's `ServingStatus`. */
  | { kind: 'health'; status: number }
  /** The call ended with another code than OK. */
  | { kind: 'grpcError'; code: number; message: string }
  /** The call ended in a way that gRPC does not have, or without a status. */
  | { kind: 'unreadable'; why: string };

/** Both sides' answers to one request; blue is asked where its answer counts. */
export interface ProbeAnswers {
  green: ProbeAnswer;
  blue: ProbeAnswer | undefined;
}

export const WHAT_TO_DO =
  'Green gets no weight: mend what is wrong with it and abort, or change what the probe expects (spec.gates.probes)';
