/** Who takes over what points at deleted records. */
export type TakeOver = number | 'nobody'
