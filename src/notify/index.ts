/** Notify: writes to buyers what became of their bookings. It only reads what the other rooms publish. */
export { letterPage, lettersPage } from './letters-page.ts'
export { folderMail, type LetterFolder } from './mail.folder.ts'
export { smtpMail } from './mail.smtp.ts'
export type { MailPort } from './mail.ts'
export { noMail } from './mail.ts'
export { type SendLetters, sendLetters } from './send-letters.ts'
