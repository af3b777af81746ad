/** The places of the bits that are set. */
export const bits = (mask: number): number[] =>
  [...Array(32).keys()].filter((bit) => ((mask >>> bit) & 1) === 1);
