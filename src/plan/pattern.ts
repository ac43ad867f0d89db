/**
 * Whether the whole of a text is of a pattern as a load balancer's rule has it: `*` is any number of characters, `?` exactly one
 * (rows L17, L34). A pattern with a backslash is said to fit nothing, since what that means there is not known.
 */
export function isLikePattern(text: string, pattern: string, { ignoreCase }: { ignoreCase: boolean }): boolean {
  if (pattern.includes('\\')) return false;
  const [whole, wanted] = ignoreCase ? [text.toLowerCase(), pattern.toLowerCase()] : [text, pattern];
  const [head = '', ...rest] = wanted.split('*');
  const tail = rest.pop();
  if (!fits(head, whole, 0)) return false;
  if (tail === undefined) return head.length === whole.length;
  let from = head.length;
  for (const part of rest) {
    const at = placeOf(part, whole, from);
    if (at === undefined) return false;
    from = at + part.length;
  }
  const last = whole.length - tail.length;
  return last >= from && fits(tail, whole, last);
}

const fits = (part: string, text: string, at: number): boolean =>
  at + part.length <= text.length && part.split('').every((one, index) => one === '?' || one === text[at + index]);

function placeOf(part: string, text: string, from: number): number | undefined {
  for (let at = from; at + part.length <= text.length; at += 1) if (fits(part, text, at)) return at;
  return undefined;
}
