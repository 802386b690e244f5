// What the page knows: the last that was heard of the emulator, which holds the truth.

export const MESSAGES_PER_PAGE = 200;

export const page = {
  customers: [],
  /** Whose phone is on screen; null shows the lock screen. */
  customerId: null,
  messages: [],
  /** How many of the latest messages are drawn. */
  shown: MESSAGES_PER_PAGE,
  atEnd: true,
  /** Ids reported as read since the chat came on screen; null: not even that it was opened. */
  reported: null,
  /** Milliseconds by which the emulator's clock is ahead of the browser's. */
  ahead: 0,
};
