/** Enough that a path comes round again only long after its answer was pushed out of the cache. */
const VARIANTS = 1_024
const AMPERSANDS = 16

/**
 * The same question under an address that was not asked before: letters of the path may be written as "%63", and empty
 * parameters mean nothing, but the cache goes by the address as it is written. For measuring what an answer costs that
 * nobody has asked for yet; the address stays about as long, so that nothing else is measured.
 */
export function uncached(path: string, turn: number): string {
  const variant = turn % VARIANTS
  const [place = '', query] = path.split('?')
  const [, api = '', object = '', ...rest] = place.split('/')
  const spelled = ['', api, spell(object, Math.floor(variant / AMPERSANDS)), ...rest].join('/')
  return `${spelled}?${query ?? ''}${'&'.repeat(variant % AMPERSANDS)}`
}

/** Writes the letters whose bits are set in their other form. */
function spell(word: string, bits: number): string {
  let left = bits
  return word.replace(/\w/g, (letter) => {
    const other = left & 1
    left >>= 1
    return other ? `%${letter.charCodeAt(0).toString(16)}` : letter
  })
}
