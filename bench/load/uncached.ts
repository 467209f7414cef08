/** Enough that a path comes round again only long after its answer was pushed out of the cache. */
const VARIANTS = 1_500

/**
 * The same question under an address that was not asked before: empty parameters mean nothing, but the cache goes by the
 * address. For measuring what an answer costs that nobody has asked for yet.
 */
export function uncached(path: string, turn: number): string {
  return `${path}${path.includes('?') ? '' : '?'}${'&'.repeat(1 + (turn % VARIANTS))}`
}
