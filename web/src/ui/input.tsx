import type { ComponentProps } from 'react'
import { classes } from './classes.ts'

const box =
  'w-full rounded-control border border-strong bg-raised px-2.5 hover:border-muted aria-invalid:border-danger ' +
  'focus:border-accent focus:outline-2 focus:-outline-offset-1 focus:outline-accent aria-invalid:focus:outline-danger'

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input dir="auto" autoComplete="off" {...props} className={classes(box, 'h-8', className)} />
}

export function TextArea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea dir="auto" rows={3} {...props} className={classes(box, 'min-h-16 py-1.5', className)} />
}
