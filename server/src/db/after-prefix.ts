/** Greater than every text that continues a prefix, in the C collation: put behind it, it ends their range. */
export const AFTER_PREFIX = '\u{10FFFF}'
