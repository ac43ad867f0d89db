/** An operator as people see it. Nothing is decided by it. */
export interface OperatorRecord {
  name: string;
  /** Of this run of it. */
  uid: string;
  /** Of Meshlift. */
  version: string;
  machineVersion: number;
  host: string;
  region: string;
  /** How long its leases last, real milliseconds. */
  leaseMs: number;
  /** Milliseconds since the epoch, as all times of the record. */
  startedAt: number;
  lastSeen: number;
  planCount: number;
  /** Names of the plans that it holds; of very many the first ones. */
  plans: readonly string[];
}

/** Where operators say that they are there. */
export interface OperatorRegister {
  beat(record: OperatorRecord): Promise<void>;
  /** The run of this uid has ended; one of the same name that was started since stays. */
  leave(name: string, uid: string): Promise<void>;
}
