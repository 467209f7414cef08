import { AlertDialog } from '@base-ui/react/alert-dialog'
import { Button } from './button.tsx'

interface ConfirmProps {
  title: string
  detail: string
  /** What the dangerous button says. */
  action: string
  cancel?: string
  onConfirm: () => void
  onCancel: () => void
}

/** Asks before something that cannot be taken back. Import it with `lazyDialog()`. */
export default function Confirm({
  title,
  detail,
  action,
  cancel = 'Cancel',
  onConfirm,
  onCancel,
}: ConfirmProps) {
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && onCancel()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <AlertDialog.Popup className="fixed inset-x-4 top-[20vh] z-40 mx-auto flex max-w-[400px] flex-col gap-2 rounded-dialog bg-raised p-5 shadow-popover outline-none">
          <AlertDialog.Title className="text-page font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description className="text-muted">{detail}</AlertDialog.Description>
          <div className="mt-3 flex justify-end gap-2">
            <AlertDialog.Close render={<Button large>{cancel}</Button>} />
            <Button large look="danger" onClick={onConfirm}>
              {action}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
