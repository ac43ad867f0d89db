/** What SQS's clients check a message's body by: MD5 (RFC 1321) of its UTF-8, in lower-case hexadecimal digits. */
export function md5(text: string): string {
  const words = padded(new TextEncoder().encode(text));
  let [a, b, c, d] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let block = 0; block < words.length; block += 16) {
    let [A, B, C, D] = [a, b, c, d];
    for (let step = 0; step < 64; step += 1) {
      const round = step >> 4;
      const mixed = (A + mix(round, B, C, D) + sine(step) + (words[block + wordOf(round, step)] ?? 0)) | 0;
      const turn = TURNS[round]?.[step % 4] ?? 0;
      [A, D, C, B] = [D, C, B, (B + ((mixed << turn) | (mixed >>> (32 - turn)))) | 0];
    }
    [a, b, c, d] = [(a + A) | 0, (b + B) | 0, (c + C) | 0, (d + D) | 0];
  }
  return [a, b, c, d].map(littleEndianHex).join('');
}

const TURNS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];

const sine = (step: number): number => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32);

function mix(round: number, b: number, c: number, d: number): number {
  if (round === 0) return (b & c) | (~b & d);
  if (round === 1) return (b & d) | (c & ~d);
  return round === 2 ? b ^ c ^ d : c ^ (b | ~d);
}

function wordOf(round: number, step: number): number {
  const [factor, offset] = (
    [
      [1, 0],
      [5, 1],
      [3, 5],
      [7, 0],
    ] as const
  )[round] ?? [1, 0];
  return (step * factor + offset) % 16;
}

/** The bytes, a single one bit, zeros, and the length in bits, as little-endian words in blocks of sixteen. */
function padded(bytes: Uint8Array): Uint32Array {
  const words = new Uint32Array(Math.ceil((bytes.length + 9) / 64) * 16);
  const put = (at: number, byte: number) => {
    words[at >> 2] = (words[at >> 2] ?? 0) | (byte << ((at % 4) * 8));
  };
  bytes.forEach((byte, at) => put(at, byte));
  put(bytes.length, 0x80);
  words[words.length - 2] = bytes.length * 8;
  return words;
}

const littleEndianHex = (word: number): string =>
  [0, 8, 16, 24].map((shift) => ((word >>> shift) & 0xff).toString(16).padStart(2, '0')).join('');
