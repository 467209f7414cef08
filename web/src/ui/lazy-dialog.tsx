import { Component, type ComponentType, lazy, type ReactNode } from 'react'
import { toastProblem } from './toast.ts'

const failed = new Set<() => void>()

/** A dialog whose code comes when it is first opened. If it does not come, opening it again asks for it again. */
export function lazyDialog<P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
): ComponentType<P> {
  const begin = () =>
    lazy(() =>
      load().catch((error) => {
        failed.add(() => {
          current = begin()
        })
        throw error
      }),
    )
  let current = begin()
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each dialog, by its module
  return function LazyDialog(props: P) {
    const Current: ComponentType<P> = current
    return <Current {...props} />
  }
}

interface DialogGuardProps {
  /** Called when the dialog could not be shown. */
  onFailed: () => void
  children: ReactNode
}

/** Keeps the page below, with all that is typed there, when a dialog cannot be loaded. */
export class DialogGuard extends Component<DialogGuardProps, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override componentDidCatch(): void {
    for (const reset of failed) reset()
    failed.clear()
    this.props.onFailed()
    void toastProblem({
      message: 'This could not be opened. Check the connection and try again; nothing was changed.',
    })
  }

  override render(): ReactNode {
    return this.state.failed ? null : this.props.children
  }
}
