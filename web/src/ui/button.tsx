import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { classes } from './classes.ts'

const looks = {
  primary: 'bg-accent text-on-accent hover:brightness-110',
  secondary: 'border border-line bg-raised hover:bg-hover',
  quiet: 'text-muted hover:bg-hover hover:text-text',
  danger: 'border border-line bg-raised text-danger hover:bg-hover',
}

interface ButtonProps extends ComponentProps<'button'> {
  look?: keyof typeof looks
  icon?: LucideIcon
  /** 32 px instead of 28, for dialogs. */
  large?: boolean
  /** Refuses clicks while something runs, without losing the focus as `disabled` would. */
  busy?: boolean
}

export function Button({
  look = 'secondary',
  icon: Icon,
  large,
  busy,
  className,
  onClick,
  ...props
}: ButtonProps) {
  return (
    <button
      type="button"
      {...props}
      aria-disabled={busy || props['aria-disabled']}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={classes(
        'inline-flex items-center justify-center gap-1.5 whitespace-nowrap rounded-control px-2.5 font-medium',
        'disabled:opacity-50 aria-disabled:opacity-60',
        large ? 'h-8' : 'h-7',
        looks[look],
        className,
      )}
    >
      {Icon && <Icon size={14} aria-hidden />}
      {props.children}
    </button>
  )
}

interface IconButtonProps extends ComponentProps<'button'> {
  icon: LucideIcon
  /** What it does; read aloud and shown as a tooltip. */
  label: string
  /** 24 px instead of 28, within dense rows. */
  small?: boolean
}

export function IconButton({ icon: Icon, label, small, className, ...props }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...props}
      className={classes(
        'inline-flex items-center justify-center rounded-control text-muted hover:bg-hover hover:text-text',
        'disabled:opacity-40',
        small ? 'size-6' : 'size-7',
        className,
      )}
    >
      <Icon size={16} aria-hidden />
    </button>
  )
}
