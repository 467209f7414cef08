import {
  type ClipboardEvent,
  type FormEvent,
  type KeyboardEvent,
  type RefObject,
  useRef,
  useState,
} from 'react'
import { flushSync } from 'react-dom'
import type { Outcome } from '../fields/field.ts'
import { type AnyRecord, optionsOf, type RecordField, readTyped } from '../fields/field.ts'
import { type Leave, leaveBy } from '../fields/value-editor.tsx'
import { classes } from '../ui/classes.ts'
import { isComposing } from '../ui/composing.ts'
import { KEYS_PLACE } from '../ui/keys.ts'
import { SAVES_ON_LEAVING, useUnsaved } from '../ui/unsaved.ts'
import type { CellInput } from './grid-keys.ts'

interface TypingPlaceProps<Row extends AnyRecord> {
  element: RefObject<HTMLTextAreaElement | null>
  gridId: string
  label: string
  /** Id of the active cell. */
  cell: string | undefined
  row: Row | undefined
  /** Of the active cell, if it can be edited. */
  field: RecordField<Row> | undefined
  input: CellInput
  /** Hands what was typed to an editor of its own, which lists what can be chosen. */
  onOpen: (text: string) => void
  /** Something was typed, and there is no record that it could be meant for. */
  onNoRow: () => void
  onDone: (field: RecordField<Row>, outcome: Outcome<Row>, leave: Leave) => boolean
  onCopy: (event: ClipboardEvent) => void
  onPaste: (event: ClipboardEvent) => void
}

/**
 * Has the focus while one moves about in a grid, and lies unseen over the active cell: only an editable element gets
 * what input methods and dead keys compose. With the first text it becomes the editor of that cell. Screen readers
 * hear of the active cell by aria-activedescendant.
 */
export function TypingPlace<Row extends AnyRecord>(props: TypingPlaceProps<Row>) {
  const { element, field, input, cell } = props
  const { typing, composing, ...handlers } = useTyping(props)
  const shown = typing !== undefined || composing
  const label = typing && field ? field.label : `${props.label}: active cell`
  return (
    <textarea
      ref={element}
      rows={1}
      {...{ [typing ? SAVES_ON_LEAVING : KEYS_PLACE]: true }}
      aria-label={label}
      aria-controls={props.gridId}
      aria-activedescendant={typing ? undefined : cell}
      readOnly={input !== 'typed'}
      // A keyboard on the screen comes only with an editor.
      inputMode={matchMedia('(pointer: coarse)').matches ? 'none' : undefined}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      {...handlers}
      onCopy={(event) => typing === undefined && props.onCopy(event)}
      onCut={(event) => typing === undefined && event.preventDefault()}
      onPaste={(event) => typing === undefined && props.onPaste(event)}
      className={classes(
        'absolute resize-none overflow-hidden border-0 px-2 whitespace-pre outline-none',
        shown ? 'z-3 bg-raised leading-8' : 'pointer-events-none opacity-0',
        (field?.kind === 'number' || field?.kind === 'money') && 'text-right',
      )}
    />
  )
}

interface Typing<Row> {
  /** As they were when typing began. */
  opened: Row
  field: RecordField<Row>
}

function useTyping<Row extends AnyRecord>(props: TypingPlaceProps<Row>) {
  const { element, row, field, input, onOpen, onNoRow, onDone } = props
  const [typing, setTyping] = useState<Typing<Row>>()
  const isChosen = field !== undefined && optionsOf(field) !== undefined
  const begin = () => {
    if (typing || isChosen) return
    if (row && field && input === 'typed') return setTyping({ opened: row, field })
    reset()
    if (!row) onNoRow()
  }
  const reset = () => {
    if (element.current) element.current.value = ''
    setTyping(undefined)
  }
  const handOver = () => {
    const text = element.current?.value ?? ''
    reset()
    // At once, so that the next key goes there.
    if (text !== '' && row) flushSync(() => onOpen(text))
    else if (text !== '') onNoRow()
  }
  const finish = (leave: Leave) => {
    if (!typing || !element.current) return
    const { opened } = typing
    const text = element.current.value
    const outcome = { opened, text, ...readTyped(typing.field, opened, text) }
    if (onDone(typing.field, outcome, leave) || leave === 'stay') reset()
  }
  useUnsaved(() => typing !== undefined && element.current?.value !== '')
  const take = () => (isChosen ? handOver() : begin())
  return {
    typing,
    ...useComposing(element, {
      onBegin: begin,
      onText: take,
      onNothing: reset,
    }),
    onBlur: () => {
      // Another window has the focus now; coming back, one goes on.
      if (document.activeElement === element.current) return
      finish('stay')
      reset()
    },
    onKeyDown: (event: KeyboardEvent<HTMLTextAreaElement>) => {
      if (!typing) return
      event.stopPropagation()
      const long = typing.field.kind === 'long_text'
      const leave = isComposing(event.nativeEvent) ? undefined : leaveBy(event, long)
      if (!leave) return
      event.preventDefault()
      if (leave === 'cancel') reset()
      else finish(leave)
    },
  }
}

interface Composed {
  /** A composition begins. */
  onBegin: () => void
  /** There is text, and nothing is being composed. */
  onText: () => void
  /** A composition was taken back. */
  onNothing: () => void
}

/** What is composed is no text until the composition has ended. */
function useComposing(element: RefObject<HTMLTextAreaElement | null>, told: Composed) {
  const [composing, setComposing] = useState(false)
  const now = useRef(false)
  return {
    composing,
    onInput: (event: FormEvent) => {
      const isPart = event.nativeEvent instanceof InputEvent && event.nativeEvent.isComposing
      if (!now.current && !isPart) told.onText()
    },
    onCompositionStart: () => {
      now.current = true
      setComposing(true)
      told.onBegin()
    },
    onCompositionEnd: () => {
      now.current = false
      setComposing(false)
      // Browsers differ in what still follows; the next composition may begin at once.
      setTimeout(() => {
        if (now.current || !element.current) return
        if (element.current.value === '') told.onNothing()
        else told.onText()
      })
    },
  }
}
