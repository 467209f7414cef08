import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody, DialogFooter } from '../ui/dialog.tsx'
import type { Deed } from './cell-texts.ts'

const SHOWN_MAX = 20
const titles: Record<Deed, string> = { paste: 'Nothing was pasted', empty: 'Nothing was emptied' }

interface UnfitDialogProps {
  /** One for each cell that does not fit. */
  sentences: string[]
  deed: Deed
  onClose: () => void
}

/** Names the cells that kept a block from being written. */
export default function UnfitDialog({ sentences, deed, onClose }: UnfitDialogProps) {
  const more = sentences.length - SHOWN_MAX
  return (
    <Dialog title={titles[deed]} onClose={onClose}>
      <DialogBody>
        <p className="text-muted">
          {sentences.length === 1 ? 'One cell does' : `${sentences.length} cells do`} not fit, so all of them
          were left as they are.
        </p>
        <ul className="flex list-disc flex-col gap-1 pl-5">
          {sentences.slice(0, SHOWN_MAX).map((sentence, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two records may have one name, and nothing moves here
            <li key={at} className="wrap-anywhere">
              {sentence}
            </li>
          ))}
        </ul>
        {more > 0 && <p className="text-muted">And {more} more.</p>}
      </DialogBody>
      <DialogFooter>
        <Button large look="primary" onClick={onClose}>
          Close
        </Button>
      </DialogFooter>
    </Dialog>
  )
}
