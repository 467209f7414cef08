import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SentTexts } from './sent-texts.ts'

describe('what a search box has sent', () => {
  test('is its own when the address says it late, also once more was typed', () => {
    const texts = new SentTexts('')
    texts.send('a')
    texts.send('ab')
    assert.equal(texts.hear('a'), true)
    assert.equal(texts.last, 'ab')
    assert.equal(texts.hear('ab'), true)
  })

  test('is another’s where nothing like it is on its way: the way back, a link, a filter cleared', () => {
    const texts = new SentTexts('a')
    texts.send('ab')
    assert.equal(texts.hear('ab'), true)
    assert.equal(texts.hear('a'), false)
    assert.equal(texts.last, 'a')
  })
})
